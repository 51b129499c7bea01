// Work that takes long, and calls that should not wait for it.
'use strict';
const assert = require('assert/strict');
const {story} = require('./story');
const {call, expect, login, sleep, user} = require('./client');

const logins = 30;

story(`${logins} logins at once, and nobody else waits for them`, async () => {
	const alone = Math.min((await login(user)).ms, (await login(user)).ms);
	const waits = [];
	let running = true;
	const all = Promise.all(Array.from({length: logins}, async () => {
		expect(await login(user), 200);
	})).finally(() => {
		running = false;
	});

	while (running) {
		waits.push(expect(await call('GET', '/health'), 200).ms);
		await sleep(2);
	}
	await all;
	waits.sort((a, b) => a - b);

	const most = waits[Math.floor(waits.length * 0.95)];

	assert.ok(waits.length > logins, `only ${waits.length} calls meanwhile`);
	console.log(`  a login takes ${alone.toFixed()} ms; 95 % of ` +
	    `${waits.length} other calls at most ${most.toFixed(1)} ms, ` +
	    `all ${waits.at(-1).toFixed(1)} ms`);
	assert.ok(most < alone / 4, `${most} ms, a login ${alone} ms`);
});

story('many calls at once are all answered', async () => {
	const answers = await Promise.all(Array.from({length: 300}, (_, i) =>
	    call('GET', `/api/v1/persons/${i % 4 + 1}`, {key: user.key})));

	answers.forEach((answer, i) => {
		assert.equal(answer.status, i % 4 === 3 ? 404 : 200);
		assert.equal(answer.json.id, i % 4 === 3 ? undefined : i % 4 + 1);
	});
});
