// An item of a list: how far it is, who gets it, and what is said of it.
import {useEffect, useId, useRef, useState} from 'preact/hooks';
import type {ListItem, User} from 'contract';
import {api, body} from './api';
import {Comments} from './comments';
import type {Change} from './live';
import {Field, Form, Notice, money, number, text, useAction}
    from './parts';
import {statuses, transitions, type Status} from './status';

export type Person = {id: number; name: string};

function Steps({status}: {status: Status}) {
	return <ol class="steps" role="img" aria-label={`Status: ${status}`}>
		{statuses.map((step) => <li key={step} class={step}
		    data-done={statuses.indexOf(step) <=
			statuses.indexOf(status)}>{step}</li>)}
	</ol>;
}

function Edit({item, save, close}: {
	item: ListItem;
	save: (form: HTMLFormElement) => void;
	close: () => void;
}) {
	return <Form class="edit" onSubmit={save}
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
	assign: (id: number | null) => void;
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
	const {gift, price, quantity} = item;

	return <h3>
		{gift.url ? <a href={gift.url} rel="noreferrer noopener"
		    target="_blank">{gift.name}</a> : gift.name}
		{quantity > 1 && <span class="faint"> × {quantity}</span>}
		{price !== null && <span class="price">{money(price)}</span>}
	</h3>;
}

// The buttons of the state machine.  Whoever has pressed one that is no longer
// there goes on with the other.
function Moves({item, step}: {
	item: ListItem;
	step: (status: Status) => void;
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

			return <button key={back} class={back ? 'plain' : 'next'}
			    onClick={() => {
				pressed.current = true;
				step(to);
			}}>{back ? 'Back to' : 'Mark as'} {to}</button>;
		})}
	</span>;
}

function Toggle({name, of, open, flip}: {
	name: string;
	of: ListItem;
	open: boolean;
	flip: () => void;
}) {
	return <button class="plain" aria-expanded={open} onClick={flip}
	    aria-label={`${name}: ${of.gift.name}`}>{name}</button>;
}

type Open = 'edit' | 'comments' | 'delete' | null;

export function Item({item, user, people, change}: {
	item: ListItem;
	user: User;
	people: Person[];
	change: (change: Change) => void;
}) {
	const {busy, why, run} = useAction();
	const [open, setOpen] = useState<Open>(null);
	const params = {path: {item_id: item.id}};
	const toggle = (what: Open) => setOpen(open === what ? null : what);
	// What the server answers is what an event would tell.
	const put = (call: Promise<ListItem>) => run(async () => change({
		event: 'UPDATED',
		data: {entity_id: String(item.id), payload: await call},
	}));
	const step = (status: Status) => void put(body(api.PUT(
	    '/list-items/{item_id}/status', {params, body: {status}})));
	const assign = (assigned_to_id: number | null) => void put(body(api.PUT(
	    '/list-items/{item_id}/assign', {params, body: {assigned_to_id}})));
	const save = (form: HTMLFormElement) => void put(body(api.PUT(
	    '/list-items/{item_id}', {params, body: {
		notes: text(form, 'notes') || null,
		price: number(form, 'price'),
		quantity: number(form, 'quantity') ?? 1,
	    }}))).then((done) => done && setOpen(null));
	const remove = () => void run(async () => {
		await body(api.DELETE('/list-items/{item_id}', {params}));
		change({event: 'DELETED',
		    data: {entity_id: String(item.id), payload: {...item}}});
		document.querySelector('h1')?.focus();
	});

	return <li class={`item ${item.status}`} aria-busy={busy}>
		<Title item={item}/>
		{item.notes && <p class="notes">{item.notes}</p>}
		<div class="row">
			<Steps status={item.status}/>
			<Assign item={item} user={user} people={people}
			    assign={assign}/>
		</div>
		<div class="row tools">
			<Moves item={item} step={step}/>
			<Toggle name="Edit" of={item}
			    open={open === 'edit'} flip={() => toggle('edit')}/>
			<Toggle name="Comments" of={item}
			    open={open === 'comments'} flip={() => toggle('comments')}/>
			<Toggle name="Delete" of={item}
			    open={open === 'delete'} flip={() => toggle('delete')}/>
		</div>
		<Notice why={why}/>
		{open === 'edit' && <Edit item={item} save={save}
		    close={() => setOpen(null)}/>}
		{open === 'comments' &&
			<Comments type="list_item" id={item.id}/>}
		{open === 'delete' && <p class="row">
			Delete it for everybody?
			<button class="danger" onClick={remove}>
				Yes, delete</button>
			<button class="plain" onClick={() => setOpen(null)}>
				No, keep</button>
		</p>}
	</li>;
}
