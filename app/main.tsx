// The page: who is logged in, which view is shown, and how the connection is.
import {render} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import type {User} from 'contract';
import {api, body, complaint, session, type Complaint} from './api';
import {Dashboard} from './dashboard';
import {ListPage} from './list';
import {Lists} from './lists';
import {SocketContext, useConnection} from './live';
import {Login} from './login';
import {Avatar, Logo, Notice, useAction} from './parts';
import {Socket} from './socket';

function useRoute(): string {
	const [route, set] = useState(location.hash);

	useEffect(() => {
		const changed = () => set(location.hash);

		addEventListener('hashchange', changed);
		return () => removeEventListener('hashchange', changed);
	}, []);
	return route;
}

function View({route, user}: {route: string; user: User}) {
	const list = /^#\/lists\/(\d+)$/.exec(route)?.[1];

	if (list !== undefined)
		return <ListPage key={list} id={Number(list)} user={user}/>;
	return route === '#/lists' ? <Lists/> : <Dashboard/>;
}

function Connection() {
	const connection = useConnection();
	const said = {
		live: 'Live',
		connecting: 'Connecting…',
		waiting: 'Offline, trying again',
	};

	return <span class={`connection ${connection}`} role="status">
		{said[connection]}
	</span>;
}

function Shell({user, leave}: {user: User; leave: () => void}) {
	const route = useRoute();
	const {busy, why, run} = useAction();
	const logout = async () => {
		if (await run(() => body(api.POST('/auth/logout'))))
			leave();
	};
	const link = (to: string, name: string) => <a href={to}
	    aria-current={(route || '#/') === to ? 'page' : undefined}>
		{name}</a>;

	return <>
		<header>
			<Logo/>
			<nav aria-label="Main">
				{link('#/', 'Dashboard')}
				{link('#/lists', 'Lists')}
			</nav>
			<Connection/>
			<Avatar id={user.id} name={user.name ?? user.email}/>
			<button class="plain" aria-disabled={busy}
			    onClick={logout}>Log out</button>
		</header>
		<main>
			<Notice why={why}/>
			<View route={route} user={user}/>
		</main>
	</>;
}

// The socket lives as long as the session.
function Session({user, leave}: {user: User; leave: () => void}) {
	const [socket, set] = useState<Socket | null>(null);

	useEffect(() => {
		const opened = new Socket(session.ended);

		set(opened);
		return () => opened.close();
	}, []);
	return socket && <SocketContext.Provider value={socket}>
		<Shell user={user} leave={leave}/>
	</SocketContext.Provider>;
}

interface Who {
	user?: User | null; // undefined: not known yet
	why: Complaint | null;
}

const ended: Complaint = {
	title: 'Your session has ended.',
	detail: 'Log in to go on where you were.',
};

function App() {
	const [{user, why}, set] = useState<Who>({why: null});
	const enter = (user: User) => set({user, why: null});
	const leave = () => set({user: null, why: null});

	useEffect(() => {
		session.ended = () => set((was) =>
		    ({user: null, why: was.user ? ended : was.why}));
		body(api.GET('/auth/me')).then(enter, (error) => {
			const why = complaint(error);

			set({user: null, why: why.status === 401 ? null : why});
		});
	}, []);
	if (user === undefined)
		return <p class="wait" role="status">Loading…</p>;
	if (user === null)
		return <Login why={why} enter={enter}/>;
	return <Session key={user.id} user={user} leave={leave}/>;
}

render(<App/>, document.getElementById('app')!);
