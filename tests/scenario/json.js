// What is JSON and what is not: the files of JSONTestSuite as bodies.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const path = require('path');
const {skip, story} = require('./story');
const {api, expect, user} = require('./client');

const {token} = user;
const directory = path.join(process.env.SUITES ?? path.join(__dirname,
    '../../../shared/suites'), 'json-parsing/test_parsing');
// A name stands twice in these: docs/reference/conformance.md says why they
// are refused.
const refused = /^y_object_duplicated_key/;

// The suite's files of one kind; a body of no bytes is no body at all.
function files(kind) {
	if (!fs.existsSync(directory))
		skip(`the public suites are not in ${directory} (see SUITES)`);
	return fs.readdirSync(directory)
	    .filter((name) => name.startsWith(kind))
	    .map((name) => [name, fs.readFileSync(path.join(directory, name))])
	    .filter(([, body]) => body.length > 0);
}

function send(body) {
	return api('POST', '/persons', {token, body});
}

story('a body that is no JSON is malformed', async () => {
	const bodies = files('n_');

	assert.ok(bodies.length > 180);
	for (const [name, body] of bodies) {
		const answer = await send(body);

		assert.equal(answer.status, 400, name);
		expect(answer, 400, 'MALFORMED_JSON');
	}
});

story('a body that is JSON is judged by its schema', async () => {
	const bodies = files('y_');

	assert.ok(bodies.length > 90);
	for (const [name, body] of bodies) {
		const answer = await send(body);

		if (refused.test(name))
			expect(answer, 400, 'MALFORMED_JSON');
		else
			assert.equal(answer.status, 422, name);
	}
});
