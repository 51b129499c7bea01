// A server that a story starts, and its processes; what its script exports says
// how.  One runs at a time.
'use strict';
const assert = require('assert/strict');
const {spawn} = require('child_process');
const fs = require('fs');
const path = require('path');

const directory = process.env.DIRECTORY;
const sanitized = process.env.SERVER === 'asan';
// With sanitizers, leaks are looked for at the end of each process.
const patience = sanitized ? 4 : 1;

function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(what, condition, ms = 5000) {
	for (const end = Date.now() + ms * patience; !await condition();) {
		assert.ok(Date.now() < end, `not within ${ms} ms: ${what}`);
		await sleep(20);
	}
}

function isThere(pid) {
	try {
		// Whoever has ended but is not waited for has no command line.
		return fs.readFileSync(`/proc/${pid}/cmdline`).length > 0;
	} catch {
		return false;
	}
}

class Server {
	constructor(workers, settings) {
		const flags = [...process.env.FLAGS.split(' '), '-c',
		    `${workers}.conf`];

		this.file = path.join(directory, `log.${Date.now()}`);
		this.child = spawn(process.env.COMMAND, flags, {
			cwd: directory,
			env: {...process.env, ...settings},
			stdio: ['ignore', ...Array(2).fill(
			    fs.openSync(this.file, 'a'))],
		});
		this.ended = new Promise((resolve) => {
			this.child.on('exit', (code, signal) =>
			    resolve(signal ?? code));
		});
		this.pid = this.child.pid;
	}

	log() {
		return fs.readFileSync(this.file, 'utf8');
	}

	// The lines of JSON with these words.
	lines(words) {
		return this.log().split('\n').filter((line) =>
		    line.startsWith('{') && line.includes(words))
		    .map((line) => JSON.parse(line));
	}

	workers() {
		return fs.readFileSync(
		    `/proc/${this.pid}/task/${this.pid}/children`, 'utf8')
		    .trim().split(' ').map(Number).filter((pid) =>
		    pid > 0 && isThere(pid));
	}

	kill(signal) {
		process.kill(this.pid, signal);
	}
}

// --- Stories, each of which begins a server ---

const stories = [];
let server = null; // that runs

function story(name, steps) {
	stories.push({name, steps});
}

// Resolves once it answers, by what the caller takes for an answer, and has all
// its workers.
async function start(workers, answers, settings) {
	server = new Server(workers, settings);
	await until('the server answers', async () =>
	    await answers() && server.workers().length === workers, 10000);
	return server;
}

async function end() {
	if (server === null)
		return;
	const pids = isThere(server.pid) ? server.workers() : [];

	server.child.kill('SIGTERM');
	const timer = setTimeout(() => {
		for (const pid of [server.pid, ...pids])
			process.kill(pid, 'SIGKILL');
	}, 40000);

	await server.ended;
	clearTimeout(timer);
	server = null;
}

// All of them, or those whose name has the argument in it.
async function tellAll(prepare = () => {}) {
	const wanted = process.argv[2];
	let passed = 0, failed = 0;

	for (const {name, steps} of stories) {
		if (wanted !== undefined && !name.includes(wanted))
			continue;
		try {
			prepare();
			await steps();
			await end();
			passed++;
			console.log(`ok: ${name}`);
		} catch (error) {
			failed++;
			console.log(`not ok: ${name}\n${error.stack}`);
			if (server !== null)
				console.log(`the log: ${server.file}`);
			await end();
		}
	}
	console.log(`${passed} passed, ${failed} failed, 0 skipped`);
	process.exit(failed > 0 ? 1 : 0);
}

module.exports = {end, isThere, patience, sanitized, sleep, start, story,
    tellAll, until};
