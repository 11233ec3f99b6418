# A hundred SSH daemons, each on an address of its own: to whoever logs in, a hundred hosts. Port 22 of all addresses
# belongs to the daemon that is there anyway.
set -eu
for index in $(seq 101 200); do
  ip address add "10.77.0.$index/24" dev eth0 2>/dev/null || :
  /usr/sbin/sshd -o "ListenAddress=10.77.0.$index" -p 2222 -o PidFile=none
done
