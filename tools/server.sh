# How a server of this checkout is started and stopped; sourced after lib.sh
# by tools/run and tools/with-server.

# Reads build/run.env, which holds what must stay secret and stay the same;
# it is made at the first use.
read_secrets()
{
	file=$top/build/run.env
	if [ ! -s "$file" ]; then
		(umask 077 && echo "JWT_SECRET=$(random_hex 32)" >"$file.$$")
		mv "$file.$$" "$file"
	fi
	[ -r "$file" ] || die "build/run.env belongs to" \
	    "$(stat -c %U "$file"): remove it"
	given=${JWT_SECRET:-}
	. "$file"
	JWT_SECRET=${given:-$JWT_SECRET}
	export JWT_SECRET
}

# Makes the database $2 of cluster $1 ready, with the demo login, and sets
# DATABASE_URL.
prepare_database()
{
	PG_CLUSTER=$1
	export PG_CLUSTER
	"$top/tools/pg" start "$2" || exit
	DATABASE_URL=$("$top/tools/pg" url "$2") || exit
	export DATABASE_URL
	"$top/build/bin/kontract" migrate up "$top/sql/migrations" || exit
	"$top/tools/seed-demo" || exit
}

# What no log of a server may have: deaths of workers, calls that the sandbox
# refuses, reports of sanitizers, and calls that came near the end of their stacks.
log_faults='"warn".*of its stack|Sanitizer|runtime error:|exited with status [1-9]|violation|has died|ends by SIG'

# Whether the workers run as the user who starts the server.  Root's do not,
# but for the sanitizers: they read the executable, for the names in their reports and of
# the leaks of Kore that do not count.
keeps_user()
{
	[ "$(id -u)" -ne 0 ] || [ "${SERVER:-}" = asan ]
}

# Prints Kore's configuration for port $1, $2 workers and directory $3, which
# is below build/.  MODULE names another module than build/server.so; a server
# that is an executable has none to load.  Paths are relative to the directory,
# for Kore takes none with a space.
configuration()
{
	up=$(printf '%s' "${3#"$top/build/"}" | sed 's,[^/]*,..,g')
	module=${MODULE:-$up/server.so}
	case ${SERVER:-} in
	asan | coverage | static) module= ;;
	esac
	runas=nobody
	! keeps_user || runas=
	"$top/build/bin/kontract" conf --port "$1" --workers "$2" \
	    ${module:+--module "$module"} ${runas:+--runas "$runas"}
}

# Prints what runs the server: kore, which loads a module, or an executable.
server_program()
{
	case ${SERVER:-} in
	asan | coverage) echo "$top/build/$SERVER/${PROGRAM:-server}" ;;
	static) echo "$top/build/server" ;;
	*) echo kore ;;
	esac
}

# Starts the server whose files are in directory $1, with more options of
# kore's if need be; sets server.
start_server()
{
	flags="-f -n ${2:-}"
	! keeps_user || flags="$flags -r"
	(cd "$1" && exec "$(server_program)" $flags -c kore.conf) &
	server=$!
}

# Waits until the server listens on port $1; fails if it ends before, or
# after half a minute.
wait_for_server()
{
	tries=300
	until port_listens "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] && kill -0 "$server" 2>/dev/null || return 1
		sleep 0.1
	done
}

# Lets the server finish what it does, then ends it; after ten seconds by
# force.
stop_server()
{
	kill -TERM "$server" 2>/dev/null || return 0
	tries=100
	while [ $tries -gt 0 ] && kill -0 "$server" 2>/dev/null; do
		tries=$((tries - 1))
		sleep 0.1
	done
	if [ $tries -eq 0 ]; then
		say 'The server did not stop by itself; it was killed.' >&2
		for child in $(cat "/proc/$server/task/$server/children"); do
			kill -KILL "$child" 2>/dev/null
		done
		kill -KILL "$server" 2>/dev/null
	fi
	wait "$server" 2>/dev/null || :
}
