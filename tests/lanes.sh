# Suites of parts, several of which run at once; sourced by their `run`, from the
# top of the checkout.

# begin_suite NAME: where the parts leave their logs, build/NAME, and results.
begin_suite()
{
	suite=build/$1
	mkdir -p "$suite"
	results=$(mktemp -d "$suite/results.XXXXXX") || exit
	trap 'rm -rf "$results"' EXIT
}

# Runs the stories $1 by the rest of the arguments, and notes their result.
tell()
{
	name=$1
	log=$suite/$1.log
	shift
	"$@" >"$log" 2>&1
	status=$?
	result=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' \
	    "$log" | tail -n 1)
	{
		grep -v -x -F "${result:-no result}" "$log"
		if [ -z "$result" ]; then
			echo "not ok: $name ended without a result" \
			    "(exit status $status)"
			result='0 passed, 1 failed, 0 skipped'
		elif [ "$status" -ne 0 ] &&
		    [ "${result#*, 0 failed}" != "$result" ]; then
			echo "not ok: $name: exit status $status"
			result='0 passed, 1 failed, 0 skipped'
		fi
		echo "$result"
	} >"$results/$name"
	sed '$d' "$results/$name"
}

# Tells what no other lane has begun.
tell_some()
{
	for part; do
		mkdir "$results/$part.begun" 2>/dev/null || continue
		tell_part "$part"
	done
}

# tell_all PARTS [PART ...]: those that are named, or all of PARTS, each by the
# caller's tell_part; the last line is the sum of their results.  Of PARTS those that
# take longest come first, so that the lanes end together.
tell_all()
{
	parts=$1
	shift
	[ $# -gt 0 ] || set -- $parts
	for part; do
		case " $parts " in
		*" $part "*) ;;
		*)
			echo "usage: $0 [PART ...], of $parts" >&2
			exit 2
			;;
		esac
	done
	# Most of the time a story waits: there are as many at once as
	# processors.
	lanes=$(nproc)
	while [ "$lanes" -gt 0 ]; do
		tell_some "$@" &
		lanes=$((lanes - 1))
	done
	wait
	rmdir "$results"/*.begun
	tail -q -n 1 "$results"/* | awk '{ p += $1; f += $3; s += $5 } END {
		printf "%d passed, %d failed, %d skipped\n", p, f, s
		exit f > 0 || p == 0
	}'
}
