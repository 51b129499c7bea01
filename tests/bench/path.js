#!/usr/bin/env node
// Plays requests on one connection, each when the one before it has its answer,
// and counts; run it by tests/bench/path.
'use strict';
const assert = require('assert/strict');
const {execFileSync, spawn} = require('child_process');
const fs = require('fs');
const net = require('net');

const base = new URL(process.env.BASE_URL);
const requests = 1000;
const request = 'GET /ping HTTP/1.1\r\nHost: x\r\n\r\n';

function pause(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

// Resolves when so many have been answered.
function play(socket, n) {
	return new Promise((resolve, reject) => {
		let left = n;

		socket.removeAllListeners('data');
		socket.on('data', (data) => {
			if (!data.toString().startsWith('HTTP/1.1 200 '))
				reject(new Error(data.toString()));
			else if (--left === 0)
				resolve();
			else
				socket.write(request);
		});
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('it was closed')));
		socket.write(request);
	});
}

function worker() {
	const {SERVER_PID: pid} = process.env;
	const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`,
	    'utf8');

	return children.trim().split(' ')[0];
}

async function warm() {
	const socket = net.connect(base.port, base.hostname);

	socket.setNoDelay(true);
	await play(socket, 100);
	return socket;
}

async function countMemory() {
	const socket = await warm();
	const count = () => fs.readFileSync(process.env.ALLOCATIONS)
	    .readBigUInt64LE();
	const before = count();

	assert.ok(before > 1000n, 'nothing is counted');
	await play(socket, requests);
	assert.equal(count() - before, 0n, 'allocations of memory');
}

// How often a process asks for what, while `act` goes on.
async function trace(pid, act) {
	const path = process.argv[3];
	const strace = spawn('strace', ['-f', '-c', '-U', 'name,calls', '-o', path,
	    '-p', pid]);
	const ended = new Promise((resolve) => strace.on('close', resolve));

	await new Promise((resolve, reject) => {
		strace.stderr.on('data', (text) => {
			if (text.includes('attached'))
				resolve();
			else
				reject(new Error(text));
		});
	});
	await act();
	strace.kill('SIGINT');
	await ended;
	const counts = {};

	for (const line of fs.readFileSync(path, 'utf8').split('\n')) {
		const [, name, n] = /^(\w+) +(\d+)/.exec(line) ?? [];

		if (name !== undefined && name !== 'total')
			counts[name] = Number(n);
	}
	return counts;
}

function canTrace() {
	try {
		execFileSync('strace', ['-o', '/dev/null', 'true'],
		    {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
}

// Beside these there is what the loop does by itself, several times a second.
async function countCalls() {
	const socket = await warm();
	const counts = await trace(worker(), () => play(socket, requests));
	const {recvfrom, sendto, epoll_wait: waits, ...others} = counts;
	const rest = Object.values(others).reduce((a, b) => a + b, 0);

	assert.equal(recvfrom, requests, JSON.stringify(counts));
	assert.equal(sendto, requests, JSON.stringify(counts));
	assert.ok(waits > 0.9 * requests && waits < 1.2 * requests,
	    JSON.stringify(counts));
	assert.ok(rest < requests / 20, JSON.stringify(counts));
}

async function main() {
	const [what, count] = process.argv[2] === 'memory' ?
	    ['no memory', countMemory] : ['two system calls', countCalls];

	if (count === countCalls && !canTrace()) {
		console.log('SKIPPED: there is no strace, or it may not trace');
		return;
	}
	try {
		await Promise.race([count(), pause(60000).then(() => {
			throw new Error('takes more than a minute');
		})]);
		console.log(`ok: ${what}`);
	} catch (error) {
		console.log(`not ok: ${what}\n${error.stack}`);
		process.exitCode = 1;
	}
	process.exit();
}

main();
