// Callers that go on while something happens to the database:
//
//	node disturbed.js restart|crash|terminate|nothing SESSIONS
//
// Each answer is right or 503, those that are 503 had a reason to be, and a
// second after the database is back all is as before: SESSIONS of the server's.
'use strict';
const assert = require('assert/strict');
const {execFile} = require('child_process');
const path = require('path');
const {promisify} = require('util');
const {api, expect, sleep, user} = require('./client');

const pg = path.join(__dirname, '../../tools/pg');
const run = promisify(execFile);
const callers = 40;
const callMsMax = 4000;
const backMsMax = 1000;
const {key} = user;

async function psql(text) {
	return (await run(pg, ['psql', 'scenario', '-At', '-c', text]))
	    .stdout.trim();
}

const ofServer = "FROM pg_stat_activity WHERE usename = 'kontract'";

// What can happen; resolves when the database can be used again.
const events = {
	async restart() {
		await run(pg, ['stop']);
		await run(pg, ['start']);
	},
	// Its processes end at once, and say so or don't.  What it says is stored
	// has to be, which the clusters of tests give up for speed.
	async crash() {
		await psql('ALTER SYSTEM SET synchronous_commit = on');
		await psql('SELECT pg_reload_conf()');
		await sleep(200);

		const pid = await psql(`SELECT pid ${ofServer} LIMIT 1`);
		const {stdout} = await run('ps', ['-o', 'ppid=', pid]);

		process.kill(Number(stdout), 'SIGQUIT');
		await sleep(300);
		await run(pg, ['start']);
	},
	async terminate() {
		await psql(`SELECT pg_terminate_backend(pid) ${ofServer}`);
	},
	async nothing() {
		await sleep(500);
	},
};

// How often it can hit one caller, whose worker has two sessions.
const hits = {restart: Infinity, crash: Infinity, terminate: 2, nothing: 0};

const calls = [];
let running = true;

// Reads one of the three persons of the fixtures, or makes one.
async function once(n) {
	const began = performance.now();
	const id = n % 3 + 1;
	const name = `Person ${process.pid} ${n}`;
	const made = n % 4 === 0;
	const answer = made ?
	    await api('POST', '/persons', {key, body: {name}}) :
	    await api('GET', `/persons/${id}`, {key});
	const one = {began, ms: answer.ms, status: answer.status};

	calls.push(one);
	if (answer.status === 503)
		return;
	expect(answer, made ? 201 : 200);
	if (made)
		Object.assign(one, {id: answer.json.id, name});
	assert.equal(answer.json[made ? 'name' : 'id'], made ? name : id);
}

async function caller(first) {
	for (let n = first; running; n += callers)
		await once(n);
}

// What was said to be stored is.
async function checkMade() {
	for (const {id, name} of calls.filter((one) => one.id)) {
		const seen = await api('GET', `/persons/${id}`, {key});

		assert.equal(expect(seen, 200).json.name, name);
	}
}

async function main(what, sessions) {
	const all = Promise.all(Array.from({length: callers}, (_, i) =>
	    caller(i)));

	await sleep(500);

	const began = performance.now();

	await events[what]();

	const back = performance.now();

	await sleep(backMsMax);
	assert.equal(await psql(`SELECT count(*) ${ofServer}`), sessions);
	await sleep(500);
	running = false;
	await all;

	const failed = calls.filter(({status}) => status === 503);
	const late = calls.filter(({ms}) => ms > callMsMax);

	console.log(`  ${what}: ${calls.length} calls, ${failed.length} of ` +
	    `them 503, in ${(back - began).toFixed()} ms`);
	assert.deepEqual(late, []);
	assert.deepEqual(failed.filter((one) => one.began + one.ms < began),
	    [], 'failed before');
	assert.deepEqual(failed.filter((one) => one.began > back + backMsMax),
	    [], 'failed after');
	assert.ok(failed.length <= callers * hits[what], 'not in flight');
	assert.ok(calls.filter((one) => one.began > back).length > callers);
	await checkMade();
}

main(process.argv[2], process.argv[3]).then(() => process.exit(0),
    (error) => {
	console.log(error.stack);
	process.exit(1);
    });
