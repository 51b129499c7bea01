// All lists, and a new one.
import {useId} from 'preact/hooks';
import type {List, Occasion, Person} from 'contract';
import {all, api, body} from './api';
import {useLive} from './live';
import {Field, Form, Heading, Notice, number, text, useAction, useOnce}
    from './parts';

const types: Record<List['type'], string> = {
	wishlist: 'Wishes',
	ideas: 'Ideas',
	assigned: 'To be bought',
};

type Named = Pick<Person | Occasion, 'id' | 'name'>;

function Choice({label, name, of}: {label: string; name: string; of: Named[]}) {
	const id = useId();

	return <p class="field">
		<label for={id}>{label}</label>
		<select id={id} name={name}>
			<option value="">–</option>
			{of.map((one) => <option key={one.id} value={one.id}>
				{one.name}</option>)}
		</select>
	</p>;
}

function New({persons, occasions}: {persons: Named[]; occasions: Named[]}) {
	const {busy, why, run} = useAction();
	const make = (form: HTMLFormElement) => void run(async () => {
		const list = await body(api.POST('/lists', {body: {
			name: text(form, 'name'),
			type: 'ideas',
			person_id: number(form, 'person'),
			occasion_id: number(form, 'occasion'),
		}}));

		location.hash = `#/lists/${list.id}`;
	});

	return <section aria-label="New list">
		<Form class="new card" onSubmit={make}>
			<Field label="New list" name="name" required
			    maxLength={255}/>
			<Choice label="For" name="person" of={persons}/>
			<Choice label="Occasion" name="occasion"
			    of={occasions}/>
			<button aria-disabled={busy}>Create</button>
		</Form>
		<Notice why={why}/>
	</section>;
}

function Card({list, persons, occasions}: {
	list: List;
	persons: Named[];
	occasions: Named[];
}) {
	const {id, name, type, person_id, occasion_id, item_count} = list;
	const about = [types[type],
	    persons.find((p) => p.id === person_id)?.name,
	    occasions.find((o) => o.id === occasion_id)?.name,
	    `${item_count} ${item_count === 1 ? 'gift' : 'gifts'}`];

	return <li class="card">
		<h3><a href={`#/lists/${id}`}>{name}</a></h3>
		<span class="faint">{about.filter(Boolean).join(' · ')}</span>
	</li>;
}

export function Lists() {
	// What happens to an item changes how many a list has.
	const {data, complaint} = useLive<List[]>('list-items:all', {
		read: (headers) => all((query, headers) => api.GET('/lists',
		    {params: {query}, headers}), headers),
		merge: () => null,
	});
	const persons = useOnce<Named>(() => all((query) =>
	    api.GET('/persons', {params: {query}}), {}));
	const occasions = useOnce<Named>(() => all((query) =>
	    api.GET('/occasions', {params: {query}}), {}));

	return <>
		<Heading>Lists</Heading>
		<Notice why={complaint}/>
		<New persons={persons} occasions={occasions}/>
		<h2>All lists</h2>
		{data?.length === 0 && <p class="empty">There is none yet.</p>}
		<ul class="cards">{data?.map((list) => <Card key={list.id}
			list={list} persons={persons} occasions={occasions}/>)}
		</ul>
	</>;
}
