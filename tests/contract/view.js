// The contract as it holds for one side: what readOnly and writeOnly mean for
// those who send a value.  Pointers into it stay what they were.
'use strict';

function target(contract, reference) {
	let node = contract;

	for (const token of reference.split('/').slice(1))
		node = node[decodeURIComponent(token).replace(/~1/g, '/')
		    .replace(/~0/g, '~')];
	return node;
}

// Those that look at the same value in any case.
function inPlace(contract, schema) {
	const refs = typeof schema?.$ref === 'string'
	    ? [target(contract, schema.$ref)] : [];

	return refs.concat(Array.isArray(schema?.allOf) ? schema.allOf : []);
}

function isMarked(contract, schema, mark) {
	return schema?.[mark] === true || inPlace(contract, schema).some(
	    (part) => isMarked(contract, part, mark));
}

// The names of members that are not for the side.
function hiddenNames(contract, schema, mark) {
	const own = Object.entries(schema?.properties ?? {})
	    .filter(([, value]) => isMarked(contract, value, mark))
	    .map(([name]) => name);

	return inPlace(contract, schema).reduce((names, part) =>
	    names.concat(hiddenNames(contract, part, mark)), own);
}

// `mark` is what hides: readOnly in requests, writeOnly in answers.
module.exports = function view(contract, mark) {
	const copies = {};
	const result = rewrite(contract, []);

	function rewriteProperties(properties, hidden) {
		return Object.fromEntries(Object.entries(properties).map(
		    ([name, value]) => [name,
			mark === 'writeOnly' && hidden.includes(name)
			    ? false : rewrite(value, [])]));
	}

	// A schema from elsewhere, if its names are hidden here only.
	function rewriteRef(reference, hidden) {
		const known = hiddenNames(contract,
		    target(contract, reference), mark);
		const names = [...new Set(hidden)].sort()
		    .filter((name) => !known.includes(name));
		const key = encodeURIComponent(reference + names.join());

		if (names.length === 0)
			return reference;
		if (!(key in copies)) {
			copies[key] = true;
			copies[key] =
			    rewrite(target(contract, reference), names);
		}
		return `#/x-views/${encodeURIComponent(key)}`;
	}

	function rewriteMember(key, value, hidden) {
		if (key === '$ref' && typeof value === 'string')
			return rewriteRef(value, hidden);
		if (key === 'required' && Array.isArray(value))
			return value.filter((name) => !hidden.includes(name));
		if (key === 'properties')
			return rewriteProperties(value, hidden);
		if (['allOf', 'anyOf', 'oneOf'].includes(key))
			return value.map((part) => rewrite(part, hidden));
		if (key === 'then' || key === 'else')
			return rewrite(value, hidden);
		if (key === 'not' || key === 'if')
			return value;
		return rewrite(value, []);
	}

	function rewrite(node, around) {
		if (Array.isArray(node))
			return node.map((item) => rewrite(item, []));
		if (node === null || typeof node !== 'object')
			return node;
		const hidden = around.concat(hiddenNames(contract, node, mark));

		return Object.fromEntries(Object.entries(node).map(
		    ([key, value]) =>
			[key, rewriteMember(key, value, hidden)]));
	}

	result['x-views'] = copies;
	return result;
};
