// What is next, how far it is, and what happened.
import type {Activity, Dashboard as Data, NextOccasion} from 'contract';
import {api, version} from './api';
import {useLive} from './live';
import {Ago, Heading, Notice, day} from './parts';
import {Pipeline} from './pipeline';

function Next({occasion}: {occasion: NextOccasion | null}) {
	if (occasion === null)
		return <p class="faint">No occasion is near.</p>;

	const {name, date, days_left} = occasion;
	const soon = ['today', 'tomorrow'][days_left] ?? `in ${days_left} days`;

	return <p class="occasion card">
		<strong>{name}</strong>
		<span>{day(date)}</span>
		<span class="faint">{soon}</span>
	</p>;
}

const did: Record<Activity['event'], string> = {
	ADDED: 'added',
	UPDATED: 'changed',
	DELETED: 'deleted',
	STATUS_CHANGED: 'moved on with',
	ASSIGNED: 'assigned',
	COMMENT_ADDED: 'said:',
};

function Entry({entry}: {entry: Activity}) {
	return <li>
		<strong>{entry.user_name ?? 'Somebody'}</strong>{' '}
		{did[entry.event]} {entry.title}{' '}
		<small><Ago time={entry.created_at}/></small>
	</li>;
}

function Parts({data}: {data: Data}) {
	return <>
		<h2>Next</h2>
		<Next occasion={data.occasion}/>
		<Pipeline counts={data.pipeline}/>
		<h2>Who still needs something</h2>
		{data.people.length === 0 && <p class="empty">
			Nobody who celebrates soon.</p>}
		<ul class="cards">{data.people.map((person) =>
			<li class="card" key={person.person_id}>
				<h3>{person.name}</h3>
				<span class="faint">{person.occasion_name},{' '}
					{day(person.occasion_date)}</span>
			</li>)}
		</ul>
		<h2>Newest ideas</h2>
		{data.ideas.length === 0 && <p class="empty">
			None yet. <a href="#/lists">Put one on a list.</a></p>}
		<ul class="cards">{data.ideas.map((item) =>
			<li class="card" key={item.id}>
				<h3><a href={`#/lists/${item.list_id}`}>
					{item.gift.name}</a></h3>
				{item.notes &&
					<span class="faint">{item.notes}</span>}
			</li>)}
		</ul>
		<h2>What happened</h2>
		<ol class="activity">{data.activity.map((entry) =>
			<Entry key={entry.id} entry={entry}/>)}
		</ol>
	</>;
}

export function Dashboard() {
	// Whatever happens to an item changes several of the sums.
	const {data, complaint} = useLive<Data>('list-items:all', {
		read: (headers) => version(api.GET('/dashboard', {headers}),
		    (found) => found),
		merge: () => null,
	});

	return <>
		<Heading>Dashboard</Heading>
		<Notice why={complaint}/>
		{data && <Parts data={data}/>}
	</>;
}
