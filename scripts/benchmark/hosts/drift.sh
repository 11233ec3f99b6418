# One thing is no longer as wanted.
echo 'workers.max = 64' >/etc/bench/limits.conf
