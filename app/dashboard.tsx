// What is next, how far it is, and what happened.
import type {Dashboard as Data} from 'contract';
import {api, version} from './api';
import {useLive} from './live';
import {Ago, Heading, Notice, day} from './parts';
import {Pipeline} from './pipeline';

function Occasion({occasion}: {occasion: Data['occasion']}) {
	if (occasion === null)
		return <p class="faint">No occasion is near.</p>;

	const days = Math.round((Date.parse(occasion.date) - Date.now()) /
	    86_400_000);

	return <p class="next card">
		<strong>{occasion.name}</strong>{' '}
		<span>{day(occasion.date)}</span>{' '}
		<span class="faint">{days < 1 ? 'today' : days === 1 ?
		    'tomorrow' : `in ${days} days`}</span>
	</p>;
}

export function Dashboard() {
	// Whatever happens to an item changes several of the sums.
	const {data, complaint} = useLive<Data>('list-items:all', {
		read: (headers) => version(api.GET('/dashboard', {headers}),
		    (all) => all),
		merge: () => null,
	});

	return <>
		<Heading>Dashboard</Heading>
		<Notice why={complaint}/>
		{data && <>
			<h2>Next</h2>
			<Occasion occasion={data.occasion}/>
			<Pipeline counts={data.pipeline}/>
			<h2>Who still needs something</h2>
			<ul class="cards">{data.people.map((person) =>
				<li class="card" key={person.person_id}>
					{person.name}</li>)}
			</ul>
			<h2>Ideas</h2>
			<ul class="cards">{data.ideas.map((item) =>
				<li class="card" key={item.id}>
					<a href={`#/lists/${item.list_id}`}>
						{item.gift.name}</a>
				</li>)}
			</ul>
			<h2>What happened</h2>
			<ol class="plainlist">{data.activity.map((entry) =>
				<li>{entry.summary}{' '}
					<small><Ago time={entry.created_at}/>
					</small></li>)}
			</ol>
		</>}
	</>;
}
