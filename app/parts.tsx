// Small things that all views show.
import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useId, useRef, useState} from 'preact/hooks';
import {complaint, type Complaint, type Version} from './api';

// As icon.svg.
export function Logo() {
	return <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
		<rect width="32" height="32" rx="7"/>
		<path class="box" d="M6 12h20v4H6zM8 17h7v9H8zM17 17h7v9h-7z"/>
		<path class="bow" d="M16 12C9 12 9 5 12.500 5 15 5 16 9 16
		    12c0-3 1-7 3.500-7C23 5 23 12 16 12z"/>
	</svg>;
}

// The heading of a view, which takes the focus where one is opened, so that
// a screen reader says where it is.
export function Heading({children}: {children: string}) {
	const heading = useRef<HTMLHeadingElement>(null);

	useEffect(() => {
		document.title = children === 'Gifts' ? children :
		    `${children} – Gifts`;
	}, [children]);
	useEffect(() => heading.current?.focus(), []);
	return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}

// Runs what a form or a button asks for, once at a time, and keeps why it was
// refused.
export function useAction() {
	const [busy, setBusy] = useState(false);
	const [why, setWhy] = useState<Complaint | null>(null);

	async function run(action: () => Promise<unknown>): Promise<boolean> {
		if (busy)
			return false;
		setBusy(true);
		try {
			await action();
			setWhy(null);
			return true;
		} catch (error) {
			setWhy(complaint(error));
			return false;
		} finally {
			setBusy(false);
		}
	}

	return {busy, why, run, clear: () => setWhy(null)};
}

// What is read once, and nothing where that fails: names that help.
export function useOnce<T>(read: () => Promise<Version<T[]> | null>): T[] {
	const [data, set] = useState<T[]>([]);

	useEffect(() => {
		read().then((found) => set(found?.data ?? []), () => {});
	}, []);
	return data;
}

function place({pointer, name}: {pointer?: string; name?: string}): string {
	return (pointer ?? name ?? '').replace(/^\//, '').replace(/_/g, ' ');
}

// A problem (RFC 9457): what it says, and what helps to find it in the log.
export function Notice({why}: {why: Complaint | null}) {
	if (why === null)
		return null;
	return <div class="notice" role="alert">
		<strong>{why.title}</strong> {why.detail}
		{why.errors && <ul>{why.errors.map((error) =>
			<li>{place(error)} {error.message}</li>)}
		</ul>}
		{why.trace_id &&
			<small>{why.code} · trace {why.trace_id}</small>}
	</div>;
}

// `focus`: the first thing that one wants to type here.
export function Field({label, focus, ...props}: {
	label: string;
	focus?: boolean;
} & Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'label'>) {
	const id = useId();
	const input = useRef<HTMLInputElement>(null);

	useEffect(() => {
		if (focus)
			input.current?.focus();
	}, []);
	return <p class="field">
		<label for={id}>{label}</label>
		<input id={id} ref={input} {...props}/>
	</p>;
}

// What a form's field holds, without the spaces around it.
export function text(form: HTMLFormElement, name: string): string {
	return String(new FormData(form).get(name) ?? '').trim();
}

export function number(form: HTMLFormElement, name: string): number | null {
	const value = text(form, name);

	return value === '' ? null : Number(value);
}

// A form whose submission stays here.
export function Form({onSubmit, children, ...props}: {
	onSubmit: (form: HTMLFormElement) => unknown;
	children: ComponentChildren;
} & Omit<JSX.FormHTMLAttributes<HTMLFormElement>, 'onSubmit'>) {
	return <form {...props} onSubmit={(event) => {
		event.preventDefault();
		onSubmit(event.currentTarget);
	}}>{children}</form>;
}

export function Avatar({id, name}: {id: number | string; name: string}) {
	const initials = name.split(/\s+/).map((word) => word[0] ?? '')
	    .slice(0, 2).join('').toUpperCase();

	return <span class={`avatar hue${Number(id) % 6}`} title={name}
	    role="img" aria-label={name}>{initials}</span>;
}

const moment = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
const units: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86400],
    ['hour', 3600], ['minute', 60]];

export function Ago({time}: {time: string}) {
	const seconds = (Date.parse(time) - Date.now()) / 1000;
	const [unit, length] = units.find(([, n]) => -seconds >= n) ??
	    ['second', 1];

	return <time dateTime={time} title={new Date(time).toLocaleString()}>
		{unit === 'second' ? 'just now' :
		    moment.format(Math.ceil(seconds / length), unit)}
	</time>;
}

export function day(date: string): string {
	return new Date(`${date}T00:00`).toLocaleDateString(undefined,
	    {day: 'numeric', month: 'long', year: 'numeric'});
}
