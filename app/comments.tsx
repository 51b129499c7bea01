// What is said of a list or of an item.
import type {Comment} from 'contract';
import {all, api, body} from './api';
import {useLive, type Change} from './live';
import {Ago, Form, Notice, text, useAction} from './parts';

type Parent = Comment['parent_type'];

function merge(known: Comment[], {data: {payload}}: Change): Comment[] | null {
	return 'content' in payload ?
	    [...known.filter(({id}) => id !== payload.id), payload]
	    .sort((a, b) => a.id - b.id) : null;
}

export function Comments({type, id, of}: {
	type: Parent;
	id: number;
	of: string;
}) {
	const live = useLive<Comment[]>(`comments:${type}:${id}`, {
		read: (headers) => all((page, headers) => api.GET('/comments',
		    {params: {query: {parent_type: type, parent_id: id,
			...page}}, headers}), headers),
		merge,
	});
	const {busy, why, run} = useAction();
	const say = (form: HTMLFormElement) => void run(async () => {
		const payload = await body(api.POST('/comments', {body: {
			parent_type: type,
			parent_id: id,
			content: text(form, 'content'),
		}}));

		live.change({event: 'COMMENT_ADDED',
		    data: {entity_id: String(payload.id), payload}});
		form.reset();
	});

	return <section class="comments" aria-label={`Comments on ${of}`}>
		<Notice why={live.complaint}/>
		<ol>{live.data?.map((comment) => <li key={comment.id}>
			<strong>{comment.author_name ?? 'Somebody'}</strong>
			{' '}<small><Ago time={comment.created_at}/></small>
			<p>{comment.content}</p>
		</li>)}</ol>
		{live.data?.length === 0 && <p class="faint">
			Nothing was said so far.</p>}
		<Notice why={why}/>
		<Form class="row" onSubmit={say}>
			<input name="content" aria-label={`Comment on ${of}`}
			    required maxLength={2000}
			    placeholder="Say something"/>
			<button aria-disabled={busy}>Send</button>
		</Form>
	</section>;
}
