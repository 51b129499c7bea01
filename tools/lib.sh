# What the scripts of tools/ share; sourced with $top set to the repository.

# Complains in one sentence and stops.
die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

say()
{
	printf '%s\n' "$*"
}

# A short name for this checkout, the same at every run.
checkout_id()
{
	printf '%s' "$top" | sha256sum | cut -c1-12
}

# $1 random bytes, in hexadecimal.
random_hex()
{
	od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

# build/ is made here, and nowhere else, so that a directory of somebody
# else's is named before anything fails for it.
make_build()
{
	mkdir -p "$top/build" 2>/dev/null || die "cannot make $top/build"
	if [ ! -w "$top/build" ]; then
		die "build/ belongs to $(stat -c %U "$top/build") (from an" \
		    "earlier run?): remove it, or run as that user"
	fi
	[ "$(id -u)" -ne 0 ] || return 0
	stranger=$(find "$top/build" -maxdepth 2 ! -user "$(id -u)" \
	    ! -path "$top/build/pg*" -print -quit)
	[ -z "$stranger" ] || die "${stranger#"$top"/} belongs to" \
	    "$(stat -c %U "$stranger") (from an earlier run as another" \
	    "user?): remove build/, or run as that user"
}

# True if something listens on TCP port $1.
port_listens()
{
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
	    awk -v want="$(printf '%04X' "$1")" '
		{ sub(/.*:/, "", $2) }
		$4 == "0A" && $2 == want { found = 1 }
		END { exit !found }'
}

# A TCP port of the loopback interface that nothing listens on.
free_port()
{
	port=$((20000 + $$ % 10000))
	while port_listens "$port"; do
		port=$((port + 1))
	done
	echo "$port"
}

# Runs psql on the database with URL $1.  A plain password moves from the
# URL to the environment: other users can read arguments.
psql_url()
{
	url=$1
	shift
	password=$(printf '%s' "$url" |
	    sed -n 's,^[a-z]*://[^:@/]*:\([A-Za-z0-9._~-]*\)@.*,\1,p')
	if [ -n "$password" ]; then
		url=$(printf '%s' "$url" | sed 's,^\([a-z]*://[^:@/]*\):[^@/]*@,\1@,')
		PGPASSWORD=$password
		export PGPASSWORD
	fi
	PGOPTIONS='-c client_min_messages=warning' \
	    psql -X -q -v ON_ERROR_STOP=1 -d "$url" "$@"
}

# Prints who listens on TCP port $1, as " by PROGRAM (process N)", if it can
# be seen.
port_user()
{
	inode=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
	    awk -v want="$(printf '%04X' "$1")" '
		{ sub(/.*:/, "", $2) }
		$4 == "0A" && $2 == want { print $10; exit }')
	fd=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit \
	    2>/dev/null) || :
	pid=${fd#/proc/}
	pid=${pid%%/*}
	[ -z "$pid" ] || echo " by $(cat "/proc/$pid/comm") (process $pid)"
}
