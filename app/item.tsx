// An item of a list: how far it is, who gets it, and what is said of it.
import {useEffect, useId, useRef, useState} from 'preact/hooks';
import type {ListItem, User} from 'contract';
import {api, body} from './api';
import {Comments} from './comments';
import type {Change} from './live';
import {Field, Form, Notice, number, text, useAction}
    from './parts';
import {statuses, transitions, type Status} from './status';

export type Person = {id: number; name: string};

function Steps({status}: {status: Status}) {
	return <span class="steps" role="img" aria-label={`Status: ${status}`}>
		{statuses.map((step) => <span key={step} class={step}
		    data-done={statuses.indexOf(step) <=
			statuses.indexOf(status)}>{step}</span>)}
	</span>;
}

// What somebody else saves meanwhile is not overwritten unseen: the first
// attempt is refused, and the card above shows what is there now.
function Edit({item, save, close}: {
	item: ListItem;
	save: (form: HTMLFormElement, version: number) => Promise<boolean>;
	close: () => void;
}) {
	const [seen] = useState(item.version);
	const [told, setTold] = useState(false);
	const submit = async (form: HTMLFormElement) => {
		if (await save(form, told ? item.version : seen))
			close();
		else
			setTold(true);
	};

	return <Form class="edit" onSubmit={submit}
	    aria-label={`Edit ${item.gift.name}`}>
		<Field label="Notes" name="notes" focus maxLength={2000}
		    defaultValue={item.notes ?? ''}/>
		<Field label="Price" name="price" type="number" min="0"
		    step="0.01" defaultValue={item.price ?? ''}/>
		<Field label="Quantity" name="quantity" type="number" min="1"
		    step="1" defaultValue={item.quantity}/>
		<p class="row">
			<button>Save</button>
			<button type="button" class="plain" onClick={close}>
				Cancel</button>
		</p>
	</Form>;
}

function Assign({item, user, people, assign}: {
	item: ListItem;
	user: User;
	people: Person[];
	assign: (id: number | null) => unknown;
}) {
	const id = useId();
	const own = {id: user.id, name: 'me'};
	const choices = [own, ...people.filter((p) => p.id !== user.id)];
	const to = item.assigned_to_id;

	if (to !== null && !choices.some((p) => p.id === to))
		choices.push({id: to, name: `user ${to}`});
	return <span class="assign">
		<label for={id}>Bought by</label>
		<select id={id} value={to ?? ''} onChange={(event) => {
			const chosen = event.currentTarget.value;

			assign(chosen === '' ? null : Number(chosen));
		}}>
			<option value="">nobody yet</option>
			{choices.map((p) => <option key={p.id} value={p.id}>
				{p.name}</option>)}
		</select>
	</span>;
}

function Title({item}: {item: ListItem}) {
	const {gift, quantity} = item;
	const cost = item.price ?? gift.price;

	return <h3>
		{gift.url ? <a href={gift.url} rel="noreferrer noopener"
		    target="_blank">{gift.name}</a> : gift.name}
		{quantity > 1 && <span class="faint"> × {quantity}</span>}
		{cost !== null && <span class="price">{cost.toFixed(2)}</span>}
	</h3>;
}

// The buttons of the state machine.  Whoever has pressed one that is no longer
// there goes on with the other.
function Moves({item, step}: {
	item: ListItem;
	step: (status: Status) => unknown;
}) {
	const at = statuses.indexOf(item.status);
	const buttons = useRef<HTMLSpanElement>(null);
	const pressed = useRef(false);

	useEffect(() => {
		if (pressed.current && document.activeElement === document.body)
			buttons.current?.querySelector('button')?.focus();
		pressed.current = false;
	}, [item.status]);
	return <span class="row" ref={buttons}>
		{transitions[item.status].map((to) => {
			const back = statuses.indexOf(to) < at;

			return <button key={back}
			    class={back ? 'plain' : 'next'} onClick={() => {
				pressed.current = true;
				step(to);
			}}>{back ? 'Back to' : 'Mark as'} {to}</button>;
		})}
	</span>;
}

interface Props {
	item: ListItem;
	user: User;
	people: Person[];
	change: (change: Change) => void;
	reload: () => void;
}

// What can be done to an item.  What the server answers is what an event would
// tell; where it refuses, something else is there than what is shown.
function useItem({item, change, reload}: Props) {
	const {busy, why, run} = useAction();
	const params = {path: {item_id: item.id}};
	const entity_id = String(item.id);
	const put = async (call: () => Promise<ListItem>) => {
		const done = await run(async () => change({event: 'UPDATED',
		    data: {entity_id, payload: await call()}}));

		if (!done)
			reload();
		return done;
	};

	return {
		busy,
		why,
		step: (status: Status) => put(() => body(api.PUT(
		    '/list-items/{item_id}/status', {params, body: {status}}))),
		assign: (assigned_to_id: number | null) => put(() => body(
		    api.PUT('/list-items/{item_id}/assign',
		    {params, body: {assigned_to_id}}))),
		save: (form: HTMLFormElement, version: number) => put(() =>
		    body(api.PUT('/list-items/{item_id}', {
			params: {...params,
			    header: {'If-Match': `"${version}"`}},
			body: {
				notes: text(form, 'notes') || null,
				price: number(form, 'price'),
				quantity: number(form, 'quantity') ?? 1,
			},
		    }))),
		remove: () => run(async () => {
			await body(api.DELETE('/list-items/{item_id}',
			    {params}));
			change({event: 'DELETED',
			    data: {entity_id, payload: {...item}}});
			document.querySelector('h1')?.focus();
		}),
	};
}

export function Item(props: Props) {
	const {item, user, people} = props;
	const {busy, why, step, assign, save, remove} = useItem(props);
	const [open, setOpen] = useState('');
	const card = useRef<HTMLLIElement>(null);
	// Who has closed something is back at what opened it.
	const close = () => {
		card.current?.querySelector<HTMLElement>(
		    '[aria-expanded=true]')?.focus();
		setOpen('');
	};
	const toggle = (name: string) => <button class="plain"
	    aria-expanded={open === name}
	    aria-label={`${name}: ${item.gift.name}`}
	    onClick={() => setOpen(open === name ? '' : name)}>
		{name}
	</button>;

	return <li class={`item ${item.status}`} aria-busy={busy} ref={card}>
		<Title item={item}/>
		{item.notes && <p class="notes">{item.notes}</p>}
		<div class="row">
			<Steps status={item.status}/>
			<Assign item={item} user={user} people={people}
			    assign={assign}/>
		</div>
		<div class="row tools">
			<Moves item={item} step={step}/>
			<span class="more">
				{toggle('Edit')}
				{toggle('Comments')}
				{toggle('Delete')}
			</span>
		</div>
		<Notice why={why}/>
		{open === 'Edit' &&
			<Edit item={item} save={save} close={close}/>}
		{open === 'Comments' && <Comments type="list_item"
		    id={item.id} of={item.gift.name}/>}
		{open === 'Delete' && <p class="row">
			Delete it for everybody?
			<button class="danger" onClick={remove}>
				Yes, delete</button>
			<button class="plain" onClick={close}>No, keep</button>
		</p>}
	</li>;
}
