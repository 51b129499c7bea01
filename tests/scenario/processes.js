// The processes of the server beside which the stories are told.
'use strict';
const fs = require('fs');

// Those that answer.
function workers() {
	const pid = process.env.SERVER_PID;

	return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
	    .trim().split(' ');
}

// The most that one of them has of memory that is no file's, in bytes.
function memory() {
	return Math.max(...workers().map((pid) => 1024 *
	    Number(/^RssAnon:\s*([0-9]+) kB$/m.exec(
	    fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1])));
}

// How many descriptors and maps they have of files whose names have `part`.
function openFiles(part) {
	return workers().flatMap((pid) => [
	    ...fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return '';
		}
	    }),
	    ...fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n'),
	]).filter((name) => name.includes(part)).length;
}

module.exports = {memory, openFiles};
