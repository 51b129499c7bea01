// Pages of other origins, and names for calls.
'use strict';
const assert = require('assert/strict');
const {story} = require('./story');
const {api, call, expect, user} = require('./client');

const allowed = 'http://localhost:3000';
const others = ['https://evil.example', 'http://localhost:3001',
    'https://localhost:3000', 'http://localhost:3000.evil.example',
    'http://localhost:30000', 'HTTP://LOCALHOST:3000', 'null', '*'];

function preflight(origin, more) {
	return call('OPTIONS', '/api/v1/persons', {origin, headers: {
		'Access-Control-Request-Method': 'POST',
		...more,
	}});
}

// Headers of an answer that speak to a page of another origin.
function permissions(answer) {
	return Object.keys(answer.headers)
	    .filter((name) => name.startsWith('access-control-')).sort();
}

story('an allowed origin may ask what it may', async () => {
	const answer = expect(await preflight(allowed, {
		'Access-Control-Request-Headers': 'authorization, content-type',
	}), 204);
	const {headers} = answer;

	assert.equal(headers['access-control-allow-origin'], allowed);
	assert.equal(headers['access-control-allow-credentials'], 'true');
	assert.equal(headers['access-control-allow-headers'],
	    'authorization, content-type');
	assert.match(headers['access-control-allow-methods'], /\bPOST\b/);
	assert.match(headers.vary, /Origin/);
	assert.equal(answer.text, '');
});

story('another origin is told nothing', async () => {
	for (const origin of others) {
		const asked = await preflight(origin);
		const answer = await api('GET', '/persons',
		    {token: user.token, origin});

		for (const a of [expect(asked, 204), expect(answer, 200)]) {
			assert.deepEqual(permissions(a), [], origin);
			assert.match(a.headers.vary, /Origin/);
		}
	}
});

story('an allowed origin may read answers and refusals', async () => {
	for (const options of [{token: user.token}, {}]) {
		const {headers} = await api('GET', '/persons',
		    {...options, origin: allowed});

		assert.equal(headers['access-control-allow-origin'], allowed);
		assert.match(headers['access-control-expose-headers'],
		    /X-Request-ID.*Link/);
	}
});

story('a page without an origin needs no permission', async () => {
	const answer = await api('GET', '/persons', {token: user.token});

	assert.deepEqual(permissions(answer), []);
	assert.match(answer.headers.vary, /Origin/);
});

story('a name for a call is kept where it is usable', async () => {
	for (const id of ['a', 'A-z_0.9', 'n'.repeat(64)]) {
		const {headers} = await call('GET', '/health',
		    {headers: {'X-Request-ID': id}});

		assert.equal(headers['x-request-id'], id);
	}
	for (const id of ['a b', 'n'.repeat(65), '<script>', '"', "'",
	    '%0d%0aX-Evil:1', '../x', 'a,b', '{}']) {
		const seen = (await call('GET', '/health',
		    {headers: {'X-Request-ID': id}})).headers['x-request-id'];

		assert.match(seen, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
		    id);
	}
});
