// A list that everybody edits at the same time.
import {useRef, useState} from 'preact/hooks';
import type {Gift, ListDetail, ListItem, RealtimePayload, User}
    from 'contract';
import {all, api, body, version, type Version} from './api';
import {Comments} from './comments';
import {Item, type Person} from './item';
import {useConnection, useLive, type Change} from './live';
import {Avatar, Field, Form, Heading, Notice, number, text, useAction}
    from './parts';
import {countOf, Pipeline} from './pipeline';

// A list comes with its first hundred items, which most have not.
async function read(id: number, headers: Record<string, string>):
    Promise<Version<ListDetail> | null> {
	const params = {path: {list_id: id}};
	const found = await version(api.GET('/lists/{list_id}',
	    {params, headers}), (list) => list);

	if (found === null ||
	    found.data.item_count <= found.data.items.length)
		return found;

	const items = await all((query) => api.GET('/lists/{list_id}/items',
	    {params: {...params, query}}), {});

	return {data: {...found.data, items: items?.data ?? []}, etag: null};
}

// A topic is also told of the list itself.
function isItem(payload: RealtimePayload): payload is ListItem {
	return 'list_id' in payload;
}

// An older state of an item never replaces a newer one: what is read and what
// is told come by two ways.
function merge(list: ListDetail, {event, data: {payload}}: Change):
    ListDetail | null {
	if (!isItem(payload))
		return null;

	const others = list.items.filter(({id}) => id !== payload.id);
	const known = list.items.find(({id}) => id === payload.id);

	if (event === 'DELETED')
		return {...list, items: others};
	// The answer to a change may come after somebody has deleted it.
	if (known === undefined ? event !== 'ADDED' :
	    known.version > payload.version)
		return list;
	return {...list,
	    items: [...others, payload].sort((a, b) => a.id - b.id)};
}

// A gift that is known by what was typed, or a new one.
async function giftOf(typed: string, known: Gift[]): Promise<Gift> {
	const url = /^https?:\/\//i.test(typed);

	return known.find(({name}) => name === typed) ??
	    await body(api.POST('/gifts', {
		body: url ? {url: typed} : {name: typed}}));
}

function Add({id, reload}: {id: number; reload: () => void}) {
	const {busy, why, run} = useAction();
	const [known, setKnown] = useState<Gift[]>([]);
	const search = useRef(0);
	const look = (q: string) => {
		clearTimeout(search.current);
		if (q.length > 1)
			search.current = setTimeout(() => void body(
			    api.GET('/gifts/search', {params: {query: {q}}}))
			    .then(({data}) => setKnown(data), () => {}), 250);
	};
	const add = (form: HTMLFormElement) => void run(async () => {
		const gift = await giftOf(text(form, 'gift'), known);

		await body(api.POST('/lists/{list_id}/items', {
			params: {path: {list_id: id}},
			body: {gift_id: gift.id, price: number(form, 'price')},
		}));
		reload();
		form.reset();
		form.querySelector('input')?.focus();
	});

	return <section aria-label="Add a gift">
		<Form class="add" onSubmit={add}>
			<Field label="Gift, or a link to it" name="gift"
			    required maxLength={255} list="known-gifts"
			    autocomplete="off"
			    onInput={(e) => look(e.currentTarget.value)}/>
			<Field label="Price" name="price" type="number"
			    min="0" step="0.01"/>
			<button aria-disabled={busy}>Add</button>
			<datalist id="known-gifts">{known.map((gift) =>
				<option key={gift.id} value={gift.name}/>)}
			</datalist>
		</Form>
		<Notice why={why}/>
	</section>;
}

function Present({people, user}: {people: Person[]; user: User}) {
	const others = people.filter(({id}) => id !== user.id);

	if (useConnection() !== 'live' || people.length === 0)
		return null;
	return <p class="present" role="status">
		{people.map((p) => <Avatar key={p.id} {...p}/>)}{' '}
		<span>{others.length === 0 ? 'Only you are here' :
			`${others.map(({name}) => name).join(', ')} ` +
			`${others.length === 1 ? 'is' : 'are'} here, too`}
		</span>
	</p>;
}

// An event in words.
function told({event, data: {payload}}: Change): string {
	if (!isItem(payload))
		return 'The list was changed';

	const {gift, status} = payload;

	switch (event) {
	case 'ADDED':
		return `${gift.name} was added`;
	case 'DELETED':
		return `${gift.name} was deleted`;
	case 'STATUS_CHANGED':
		return `${gift.name} is ${status} now`;
	default:
		return `${gift.name} was changed`;
	}
}

export function ListPage({id, user}: {id: number; user: User}) {
	const [people, setPeople] = useState<Person[]>([]);
	const [news, setNews] = useState('');
	const live = useLive<ListDetail>(`list:${id}`, {
		read: (headers) => read(id, headers),
		merge,
		present: setPeople,
		heard: (event) => {
			if (event.data.user_id !== String(user.id))
				setNews(told(event));
			if (!isItem(event.data.payload))
				live.renew();
		},
	});
	const list = live.data;

	if (list === null)
		return <Notice why={live.complaint}/>;
	return <>
		<Heading>{list.name}</Heading>
		<Present people={people} user={user}/>
		<p class="news" role="status">{news}</p>
		<Notice why={live.complaint}/>
		<Pipeline counts={countOf(list.items)}/>
		<h2>Gifts</h2>
		<Add id={id} reload={live.reload}/>
		{list.items.length === 0 && <p class="empty">
			Nothing is on this list yet.</p>}
		<ul class="items">{list.items.map((item) =>
			<Item key={item.id} item={item} user={user}
			    people={people} change={live.change}
			    reload={live.reload}/>)}
		</ul>
		<h2>Comments</h2>
		<Comments type="list" id={id} of={list.name}/>
	</>;
}
