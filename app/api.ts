// The client of the contract, and what becomes of its refusals.
import createClient from 'openapi-fetch';
import type {Pagination, paths, Problem} from 'contract';

// What is told of a problem; a server that can't be reached has none.
export type Complaint = Pick<Problem, 'title' | 'detail'> & Partial<Problem>;

export class Refusal extends Error {
	constructor(readonly complaint: Complaint) {
		super(complaint.detail);
	}
}

const unreachable: Complaint = {
	title: 'No connection',
	detail: 'The server can\'t be reached. Try again when it is back.',
};

export const api = createClient<paths>({
	baseUrl: '/api/v1',
	fetch: (request) => fetch(request).catch(() => {
		throw new Refusal(unreachable);
	}),
});

// Whom to tell that the session is over.
export const session = {ended: () => {}};

api.use({
	onResponse({response, schemaPath}) {
		if (response.status === 401 && schemaPath !== '/auth/login')
			session.ended();
	},
});

interface Answer<T> {
	data?: T | undefined;
	error?: unknown;
	response: Response;
}

function complaintOf(error: unknown, response: Response): Complaint {
	if (typeof error === 'object' && error !== null && 'detail' in error)
		return error as Problem;
	return {
		title: response.statusText || `Status ${response.status}`,
		detail: 'The server gave no reason.',
	};
}

// The body of an answer; a refusal is thrown.
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
	const {data, error, response} = await call;

	if (!response.ok)
		throw new Refusal(complaintOf(error, response));
	return data as T;
}

export interface Version<T> {
	data: T;
	etag: string | null;
}

// The same with its version, to ask by the next time; null where it is still
// the one that was asked by.
export async function version<A, T>(call: Promise<Answer<A>>,
    of: (body: A) => T): Promise<Version<T> | null> {
	const {data, error, response} = await call;

	if (response.status === 304)
		return null;
	if (!response.ok)
		throw new Refusal(complaintOf(error, response));
	return {data: of(data as A), etag: response.headers.get('ETag')};
}

export function unless(etag: string | null): Record<string, string> {
	return etag === null ? {} : {'If-None-Match': etag};
}

// A page of a list, and how to ask for it.
interface Page<T> {
	data: T[];
	pagination: Pagination;
}

export interface Query {
	page_size: number;
	cursor?: string;
}

// All pages of a list; only one that is all of it has a version.
export async function all<T>(read: (query: Query,
    headers: Record<string, string>) => Promise<Answer<Page<T>>>,
    headers: Record<string, string>): Promise<Version<T[]> | null> {
	const page_size = 100;
	const first = await version(read({page_size}, headers), (page) => page);

	if (first === null)
		return null;

	const {data, pagination} = first.data;
	let cursor = pagination.next_cursor;

	if (cursor === null)
		return {data, etag: first.etag};
	while (cursor !== null) {
		const page: Page<T> = await body(read({page_size, cursor}, {}));

		data.push(...page.data);
		cursor = page.pagination.next_cursor;
	}
	return {data, etag: null};
}

export function complaint(error: unknown): Complaint {
	if (error instanceof Refusal)
		return error.complaint;
	// Such as an answer that breaks off.
	console.error(error);
	return {title: 'That did not work', detail: String(error)};
}
