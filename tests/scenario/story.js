// Stories: checks of several steps, each with a name.  They run one after
// the other, every one on the rows of tests/contract/fixtures.sql.
'use strict';
const {execFileSync} = require('child_process');
const fs = require('fs');
const path = require('path');

const top = path.join(__dirname, '../..');
const fixtures = fs.readFileSync(
    path.join(top, 'tests/contract/fixtures.sql'), 'utf8');
const secondsMax = 30;
const stories = [];

function story(name, steps) {
	stories.push({name, steps});
}

class Skip extends Error {}

function skip(why) {
	throw new Skip(why);
}

// Runs SQL and returns what it prints: rows as lines, columns between bars.
function sql(text) {
	return execFileSync('sh', ['-c', 'top=$1; . "$top/tools/lib.sh"; ' +
	    'psql_url "$DATABASE_URL" -At -f -', 'sh', top],
	    {input: text, encoding: 'utf8'}).trim();
}

// Ends when the steps do, or fails when they take too long.
function inTime(steps) {
	let timer;
	const late = new Promise((resolve, reject) => {
		timer = setTimeout(() => reject(new Error(
		    `takes more than ${secondsMax} seconds`)),
		    secondsMax * 1000);
	});

	return Promise.race([steps(), late]).finally(() => clearTimeout(timer));
}

async function tellOne({name, steps}) {
	try {
		sql(fixtures);
		await inTime(steps);
		console.log(`ok: ${name}`);
		return 'passed';
	} catch (error) {
		const skipped = error instanceof Skip;

		console.log(skipped ? `SKIPPED: ${name}: ${error.message}` :
		    `not ok: ${name}\n${error.stack}`);
		return skipped ? 'skipped' : 'failed';
	}
}

// The last line that this prints tells the result; `close` comes before it.
async function tellAll(close = () => {}) {
	const count = {passed: 0, failed: 0, skipped: 0};

	for (const s of stories)
		count[await tellOne(s)]++;
	await close();
	console.log(Object.entries(count).map(([what, n]) => `${n} ${what}`)
	    .join(', '));
	process.exit(count.failed > 0 ? 1 : 0);
}

module.exports = {skip, sql, story, tellAll, top};
