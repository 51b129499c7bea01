// All lists, and a new one.
import {useId} from 'preact/hooks';
import type {GiftList, GiftListCreate} from 'contract';
import {api, body, version} from './api';
import {useLive} from './live';
import {Field, Form, Heading, Notice, text, useAction} from './parts';

const types: Record<GiftList['type'], string> = {
	wishlist: 'Wishes',
	ideas: 'Ideas',
	assigned: 'To be bought',
};

function New() {
	const {busy, why, run} = useAction();
	const id = useId();
	const make = (form: HTMLFormElement) => void run(async () => {
		const list = await body(api.POST('/lists', {body: {
			name: text(form, 'name'),
			type: text(form, 'type') as GiftListCreate['type'],
		}}));

		location.hash = `#/lists/${list.id}`;
	});

	return <section aria-label="New list">
		<Form class="add" onSubmit={make}>
			<Field label="New list" name="name" required
			    maxLength={255}/>
			<p class="field">
				<label for={id}>Of</label>
				<select id={id} name="type">
					{Object.entries(types).map(([v, name]) =>
						<option value={v}>{name}</option>)}
				</select>
			</p>
			<button aria-disabled={busy}>Create</button>
		</Form>
		<Notice why={why}/>
	</section>;
}

export function Lists() {
	const {data, complaint} = useLive<GiftList[]>('list-items:all', {
		read: (headers) => version(api.GET('/lists', {
			params: {query: {page_size: 100}}, headers}),
		    (page) => page.data),
		merge: (lists) => lists,
	});

	return <>
		<Heading>Lists</Heading>
		<Notice why={complaint}/>
		<New/>
		<h2>All lists</h2>
		{data?.length === 0 && <p class="empty">There is none yet.</p>}
		<ul class="cards">{data?.map((list) =>
			<li class="card" key={list.id}>
				<h3><a href={`#/lists/${list.id}`}>
					{list.name}</a></h3>
				<span class="faint">{types[list.type]}</span>
			</li>)}
		</ul>
	</>;
}
