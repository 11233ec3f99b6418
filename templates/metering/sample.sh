# One sample of a rack, on a control-plane host: the time, what pods ask for and use, what meters say. Sections start with
# a line "=== NAME". What does not answer is left out: a gap is a gap.
set -u
kube() {
  timeout 20 {{kubectl}} --kubeconfig={{kubeconfig}} --server={{localServer}} --cache-dir=/run/hearth/kubectl "$@" 2>/dev/null
}

# A GET to anything that speaks HTTP; only kubectl is sure to be here.
get() { # SERVER PATH
  timeout 5 {{kubectl}} --kubeconfig=/dev/null --cache-dir=/run/hearth/kubectl --server="$1" get --raw "$2" 2>/dev/null
}

read -r uptime _ </proc/uptime
echo "=== time $(date +%s) ${uptime%%.*} $(cat /proc/sys/kernel/random/boot_id)"
{{#meters}}
printf '%s\n' {{heading}}
{{#server}}
get {{server}} {{path}} | sed 's/^=/ =/' && echo
{{/server}}
{{^server}}
timeout 5 vcgencmd pmic_read_adc 2>/dev/null
{{/server}}
{{/meters}}
echo '=== requests'
kube get pods --all-namespaces --field-selector=status.phase=Running -o go-template={{requests}}
for node in $(kube get nodes -o name); do
  echo "=== node ${node#node/}"
  kube get --raw "/api/v1/nodes/${node#node/}/proxy/metrics/resource" |
    grep -E '^container_(cpu_usage_seconds_total|memory_working_set_bytes)\{'
done
echo '=== end'
