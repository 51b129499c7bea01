import type {User} from 'contract';
import {api, body, type Complaint} from './api';
import {Field, Form, Heading, Logo, Notice, text, useAction} from './parts';

// The session is a cookie that no script can read; the tokens that come along
// are for other programs, and are dropped.
export function Login({why, enter}: {
	why: Complaint | null;
	enter: (user: User) => void;
}) {
	const action = useAction();
	const login = (form: HTMLFormElement) => action.run(async () => {
		const {user} = await body(api.POST('/auth/login', {body: {
			email: text(form, 'email'),
			password: String(new FormData(form).get('password')),
		}}));

		enter(user);
	});

	return <main class="login">
		<Logo/>
		<Heading>Gifts</Heading>
		<p>What the family gives, and to whom.</p>
		<Notice why={action.why ?? why}/>
		<Form onSubmit={login} aria-label="Log in">
			<Field label="E-mail" name="email" type="email" required
			    autocomplete="username"/>
			<Field label="Password" name="password" type="password"
			    required autocomplete="current-password"/>
			<button aria-disabled={action.busy}>Log in</button>
		</Form>
	</main>;
}
