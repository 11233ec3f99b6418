# One thing is no longer as it shall be.
echo 'workers.max = 64' >/etc/bench/limits.conf
