// What the server has written of all stories before; the last ones.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const {story} = require('./story');
const {call, secrets} = require('./client');

function log() {
	return fs.readFileSync(process.env.SERVER_LOG, 'utf8');
}

story('each call is a line of the log, found by its id', async () => {
	const id = 'the-last-call';

	await call('GET', '/api/v1/nowhere', {headers: {'X-Request-ID': id}});

	const lines = log().split('\n').filter((line) => line.includes(id))
	    .map(JSON.parse);

	assert.equal(lines.length, 1);
	assert.equal(lines[0].trace_id, id);
	assert.equal(lines[0].status, 404);
	assert.equal(lines[0].path, '/api/v1/nowhere');
});

story('no password, token, cookie or key is in the log', () => {
	const text = log();

	assert.ok(text.split('\n').length > 1000 && secrets.size > 100);
	for (const secret of secrets)
		assert.ok(!text.includes(secret), `the log has ${secret}`);
});
