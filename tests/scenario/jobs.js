#!/usr/bin/env node
// What becomes of jobs and messages, whatever happens to the workers; run it by
// tests/scenario/jobs.
'use strict';
const assert = require('assert/strict');
const http = require('http');
const {end, patience, sleep, start, story, tellAll, until} =
    require('./server');
const {sql} = require('./story');

const port = Number(process.env.PORT);

function number(text) {
	return Number(sql(text));
}

// --- The server, and calls to it ---

function request(method, where) {
	return new Promise((resolve, reject) => {
		const r = http.request({port, host: '127.0.0.1', method,
		    path: where, agent: false}, (answer) => {
			let text = '';

			answer.setEncoding('utf8');
			answer.on('data', (part) => { text += part; });
			answer.on('error', reject);
			answer.on('end', () =>
			    resolve({status: answer.statusCode, text}));
		});

		r.on('error', reject);
		r.end();
	});
}

async function answers() {
	try {
		return (await request('GET', '/heard')).status === 200;
	} catch {
		return false;
	}
}

function begin(workers, settings = {}) {
	return start(workers, answers, {JOBS_LEASE_MS: '1000',
	    JOBS_POLL_MS: '200', JOBS_CONCURRENCY: '20', ...settings});
}

function order(kind, first, fields = {}) {
	const query = new URLSearchParams({kind, first, ...fields});

	return request('POST', `/jobs?${query}`);
}

async function enqueue(kind, first, fields = {}) {
	const answer = await order(kind, first, fields);

	assert.equal(answer.status, 200, answer.text);
	return JSON.parse(answer.text).enqueued;
}

function noJobIsLeft(ms = 30000) {
	return until('all jobs are done', async () => {
		await sleep(100);
		return number('select count(*) from job') === 0;
	}, ms);
}

// Reads the events of a topic as they come.
class Listener {
	constructor(topic) {
		this.messages = [];
		this.opened = new Promise((resolve, reject) => {
			this.request = http.get({port, host: '127.0.0.1',
			    path: `/messages?topic=${encodeURIComponent(topic)}`,
			    agent: false}, (answer) => {
				let text = '';

				assert.equal(answer.statusCode, 200);
				answer.on('data', (part) => {
					text += part;
					for (let at; (at = text.indexOf('\n\n')) >= 0;) {
						this.take(text.slice(0, at));
						text = text.slice(at + 2);
					}
				});
				answer.on('error', () => {});
				resolve(this);
			});
			this.request.on('error', reject);
		});
	}

	take(event) {
		if (!event.startsWith('data:'))
			return;
		const {text, missed} = JSON.parse(event.slice(5));

		this.messages.push(missed ? '?' : text);
	}

	close() {
		this.request.destroy();
	}
}

async function publish(topic, text, mode = 'single') {
	const query = new URLSearchParams({topic, text, mode});

	assert.equal((await request('POST', `/messages?${query}`)).status, 204);
}

// --- Jobs ---

story('jobs of many kinds are done once where nobody dies', async () => {
	await begin(2);
	for (let i = 0; i < 10; i++) {
		await enqueue('plain', i * 100, {n: 100, mode: 'commit'});
		await enqueue('exact', 10000 + i * 10, {n: 10});
		await enqueue('plain', 20000 + i * 100,
		    {n: 100, mode: 'rollback'});
	}
	await noJobIsLeft();
	assert.equal(sql('select count(*), count(distinct payload), ' +
	    'max(attempt), max(payload) from run'), '1100|1100|1|10099');
	assert.equal(sql('select count(*), count(distinct payload) from ended'),
	    '1100|1100');
	assert.equal(number('select count(*) from job_dead'), 0);
	assert.ok(number('select count(distinct process) from run') === 2,
	    'both workers take some');
});

story('a job that takes longer than its lease is run once', async () => {
	await begin(2);
	await enqueue('long', 1, {n: 20});
	await noJobIsLeft();
	assert.equal(sql('select count(*), max(attempt) from run'), '20|1');
	assert.equal(number('select count(*) from ended'), 20);
});

// What the answers to their requests leave open, since workers die of all of
// them: of a transaction that was not answered, all jobs are there or none.
class Customers {
	constructor() {
		this.going = true;
		this.first = 0;
		this.batches = [];
		this.running = this.run();
	}

	async send(kind, mode) {
		const batch = {kind, mode, first: this.first, n: 25, sure: false};

		this.first += batch.n;
		this.batches.push(batch);
		try {
			const {status} = await order(kind, batch.first,
			    {n: batch.n, mode});

			batch.sure = status === 200;
			assert.ok(batch.sure || status >= 500);
		} catch (error) {
			if (error.code === 'ERR_ASSERTION')
				throw error;
		}
	}

	async run() {
		const kinds = ['plain', 'exact', 'failing', 'plain', 'doomed'];

		for (let i = 0; this.going; i++) {
			await this.send(kinds[i % kinds.length],
			    i % 4 === 3 ? 'rollback' : 'commit');
			await sleep(60);
		}
	}

	async stop() {
		this.going = false;
		await this.running;
		await noJobIsLeft(60000);
		for (const batch of this.batches)
			this.check(batch);
		assert.equal(number('select count(*) from job_dead ' +
		    'where kind <> \'doomed\''), 0);
		return this.batches.filter((b) => b.sure &&
		    b.mode === 'commit').length * 25;
	}

	check(batch) {
		const within = `payload between ${batch.first} and ` +
		    `${batch.first + batch.n - 1}`;
		const what = JSON.stringify(batch);
		const begun = number('select count(distinct payload) from run ' +
		    `where ${within}`);

		if (batch.mode === 'rollback') {
			assert.equal(begun, 0, `never committed: ${what}`);
			return;
		}
		if (!batch.sure && begun === 0)
			return;
		assert.equal(begun, batch.n, `all or none: ${what}`);
		if (batch.kind === 'doomed')
			assert.equal(sql('select count(*), ' +
			    'count(distinct payload::text), min(attempts), ' +
			    'max(attempts), count(*) filter (where error = \'\') ' +
			    'from job_dead where payload::text::int between ' +
			    `${batch.first} and ${batch.first + batch.n - 1}`),
			    `${batch.n}|${batch.n}|3|3|0`, what);
		else
			assert.equal(number('select count(distinct payload) ' +
			    `from ended where ${within}`), batch.n, what);
		if (batch.kind === 'exact')
			assert.equal(number('select count(*) from ended where ' +
			    within), batch.n, `exactly once: ${what}`);
	}
}

// A random one of them is killed now and then; how many were.
async function kill(s, ms) {
	let killed = 0;

	for (const end = Date.now() + ms; Date.now() < end;) {
		const pids = s.workers();

		await sleep(200 + Math.random() * 400);
		if (pids.length === 0)
			continue;
		try {
			process.kill(pids[Math.floor(
			    Math.random() * pids.length)], 'SIGKILL');
			killed++;
		} catch {
			// It is gone already.
		}
	}
	return killed;
}

story('workers die at random, and no job is lost', async () => {
	const s = await begin(4);
	const customers = new Customers();
	const killed = await kill(s, 8000);
	const jobs = await customers.stop();
	const again = number('select count(distinct job) from run ' +
	    'where attempt > 1 and kind in (\'plain\', \'exact\')');

	console.log(`# ${killed} workers died, of ${jobs} jobs at least; ` +
	    `${again} were taken over`);
	assert.ok(killed >= 10, `only ${killed} died`);
	assert.ok(jobs >= 500 / patience, `only ${jobs} jobs`);
	assert.ok(again > 0, 'no job was under way when its worker died');
});

story('all connections break again and again, and no job is lost', async () => {
	await begin(2);
	const customers = new Customers();

	for (let i = 0; i < 12; i++) {
		await sleep(Math.random() * 500);
		sql('select pg_terminate_backend(pid) from pg_stat_activity ' +
		    'where datname = current_database() ' +
		    'and pid <> pg_backend_pid()');
	}
	await sleep(500);
	assert.ok(await customers.stop() >= 100);
});

story('of a key there is one job at a time', async () => {
	await begin(2);
	const counts = await Promise.all(Array.from({length: 40}, (_, i) =>
	    enqueue('plain', i, {key: `key ${i % 4}`, delay: 2500})));

	assert.equal(counts.reduce((a, b) => a + b), 4);
	await noJobIsLeft();
	assert.equal(number('select count(*) from run'), 4);
	assert.equal(await enqueue('plain', 50, {key: 'key 0'}), 1);
	await noJobIsLeft();
});

story('a server that ends lets its jobs end', async () => {
	const s = await begin(2);

	await enqueue('long', 1, {n: 10});
	await until('they are under way', () =>
	    number('select count(*) from run') === 10);
	s.kill('SIGTERM');
	assert.equal(await s.ended, 0);
	assert.equal(number('select count(*) from ended'), 10);
	assert.equal(number('select count(*) from job'), 0);
});

story('what does not end in time is given back at once', async () => {
	const s = await begin(1, {DRAIN_TIMEOUT_MS: '1000',
	    JOBS_LEASE_MS: '60000'});

	await enqueue('long', 1, {n: 10});
	await until('they are under way', () =>
	    number('select count(*) from run') === 10);
	s.kill('SIGTERM');
	assert.equal(await s.ended, 0);
	assert.equal(sql('select count(*), max(attempts), count(locked_by), ' +
	    'count(locked_until) from job'), '10|0|0|0');
	await begin(1);
	await noJobIsLeft();
	assert.equal(number('select count(*) from ended'), 10);
});

story('no job is run twice while the server reloads', async () => {
	const s = await begin(2);

	for (let i = 0; i < 3; i++) {
		await enqueue('plain', i * 300, {n: 300, mode: 'commit'});
		await enqueue('long', 5000 + i);
		s.kill('SIGHUP');
		await until('it has reloaded', () =>
		    s.lines('has reloaded').length === i + 1, 10000);
	}
	await noJobIsLeft();
	assert.equal(sql('select count(*), max(attempt) from run'), '903|1');
	assert.equal(number('select count(*) from ended'), 903);
});

story('without workers for them, jobs wait', async () => {
	await begin(1, {JOBS_CONCURRENCY: '0'});
	await enqueue('plain', 1, {n: 3});
	await sleep(700);
	assert.equal(number('select count(*) from job where attempts = 0'), 3);
	await end();
	await begin(1);
	await noJobIsLeft();
});

story('a run that all workers have missed is made by one', async () => {
	sql('delete from job_cron; ' +
	    'insert into job_cron values (\'yearly\', \'2020-01-01\')');
	await begin(4);
	await until('it is run', () =>
	    number('select count(*) from ended') === 1);
	await sleep(1500);
	assert.equal(sql('select count(*), min(payload) from run'), '1|7');
});

// --- Messages ---

story('messages reach the listeners of all workers', async () => {
	await begin(2);
	const listeners = await Promise.all(Array.from({length: 12}, (_, i) =>
	    new Listener(i < 10 ? 'a "b"' : 'c').opened));
	const ours = listeners.slice(0, 10);

	await publish('a "b"', '1');
	await publish('a "b"', 'not this', 'rollback');
	await publish('a "b"', '2', 'commit');
	await until('they have come', () =>
	    ours.every((l) => l.messages.length === 2));
	await sleep(200);
	for (const l of ours)
		assert.deepEqual(l.messages, ['1', '2']);
	for (const l of listeners.slice(10))
		assert.deepEqual(l.messages, []);
	await until('the function of the worker that answers is called',
	    async () => {
		await publish('all', 'x');
		return JSON.parse((await request('GET', '/heard')).text).n > 0;
	});
	for (const l of listeners)
		l.close();
});

story('listeners are told that they may have missed some', async () => {
	await begin(1);
	const listener = await new Listener('a').opened;

	sql('select pg_terminate_backend(pid) from pg_stat_activity ' +
	    'where datname = current_database() ' +
	    'and pid <> pg_backend_pid()');
	await until('they are told', () => listener.messages.length === 1);
	await until('it answers', async () =>
	    (await request('POST', '/messages?topic=a&text=2')).status === 204);
	await until('it has come', () => listener.messages.length === 2);
	assert.deepEqual(listener.messages, ['?', '2']);
	listener.close();
});

story('a message that is too long fails', async () => {
	const s = await begin(1);

	assert.equal((await request('POST', '/messages?topic=a&text=' +
	    'x'.repeat(8000))).status, 500);
	await until('the log says why', () =>
	    s.lines('has 8000 bytes, of 7999 at most').length === 1);
	assert.equal((await request('POST', `/messages?topic=${'x'
	    .repeat(64)}&text=1`)).status, 500);
});

tellAll(() => sql('truncate job, job_dead, run, ended'));
