// How many gifts are how far.
import {statuses, type Status} from './status';

export function Pipeline({counts}: {counts: Record<Status, number>}) {
	return <dl class="pipeline">{statuses.map((status) =>
		<div key={status} class={status}
		    style={{flexGrow: 1 + counts[status]}}>
			<dt>{status}</dt>
			<dd>{counts[status]}</dd>
		</div>)}
	</dl>;
}

export function countOf(all: {status: Status}[]): Record<Status, number> {
	const counts = {idea: 0, selected: 0, purchased: 0, received: 0};

	for (const {status} of all)
		counts[status]++;
	return counts;
}
