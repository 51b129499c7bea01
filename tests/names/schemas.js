// Schemas whose names and texts are hostile.
'use strict';

module.exports = function schemas(hostile) {
	const {below, pick, one, chance, name, names, members, prose} = hostile;
	// Without a prototype, which some names would change.
	const components = Object.create(null);
	// Those that may be referred to, and those among them that are objects:
	// a schema can't require itself.
	const known = [];
	const objects = [];

	function pointer(section, key) {
		return `#/components/${section}/` + encodeURIComponent(
		    key.replace(/~/g, '~0').replace(/\//g, '~1'));
	}

	function refer(key) {
		return {$ref: pointer('schemas', key)};
	}

	function text() {
		return {type: 'string', description: prose()};
	}

	function values() {
		return {type: 'string', enum: names(1 + below(6))};
	}

	function scalar() {
		return one(text, values, () => ({type: 'integer', minimum: 1}),
		    () => ({type: 'boolean', title: prose()}),
		    () => ({type: 'string', pattern: '^[a"\\\\/*]{1,3}$'}),
		    () => ({type: 'string', pattern: '\\?\\?/|"|\\*/|\\\\|\n'}),
		    () => ({const: name()}),
		    () => ({type: 'string', default: name()}),
		    () => ({type: 'string', examples: names(2)}),
		    () => ({type: 'string', enum: ['+1', '-1', '', '1']}),
		    () => ({type: ['string', 'null'], format: name()}));
	}

	function object(depth) {
		const properties = members(1 + below(7),
		    () => schema(depth + 1));

		return {type: 'object', description: prose(), properties,
		    required: Object.keys(properties).filter(() => chance(3)),
		    ...(chance(3) ? {additionalProperties: pick([false,
			{type: 'integer'}])} : {}),
		    ...(chance(4) ?
			{dependentRequired: {[name()]: names(2)}} : {}),
		    ...(chance(4) ? {patternProperties:
			{[pick(['^"\\\\*/', '\\?\\?/', '\n'])]: text()}} : {})};
	}

	function map(depth) {
		return {type: 'object', description: prose(),
		    additionalProperties: schema(depth + 1)};
	}

	function plainUnion(depth) {
		return {[pick(['anyOf', 'oneOf'])]: [
		    {title: name(), ...values()}, {type: 'integer'},
		    ...(chance(2) ? [{title: name(), ...object(depth + 1)}] :
			[]),
		    ...(chance(2) ? [{type: 'array', title: name(),
			items: schema(depth + 1)}] : [])]};
	}

	function merged(depth) {
		return {allOf: [object(depth + 1),
		    ...(objects.length > 0 ? [refer(pick(objects))] : [])]};
	}

	function schema(depth) {
		if (depth < 2 && chance(3))
			return one(() => object(depth), () => map(depth),
			    () => plainUnion(depth), () => merged(depth),
			    () => ({type: 'array', items: schema(depth + 1)}));
		if (known.length > 0 && chance(5))
			return refer(pick(known));
		return scalar();
	}

	function add(key, made) {
		components[key] = made;
		known.push(key);
		if (made.properties !== undefined)
			objects.push(key);
	}

	// Branches that a property tells apart.
	function addUnion(key, branches) {
		const tag = name();
		const tags = names(2 * branches.length);

		branches.forEach((branch, i) => add(branch, {
			type: 'object',
			required: [tag],
			properties: {...object(1).properties, [tag]: pick([
			    {const: tags[i]}, {type: 'string',
				enum: [tags[i], tags[branches.length + i]]}])},
		}));
		add(key, {oneOf: branches.map(refer), description: prose(),
		    ...(chance(4) ? {} : {discriminator: {propertyName: tag,
			mapping: Object.fromEntries(tags.map((value, i) =>
			    [value, pointer('schemas',
				branches[i % branches.length])]))}})});
	}

	function addAll() {
		const all = names(8);
		const branches = 2 + below(2);

		for (const key of all.slice(0, 4))
			add(key, chance(2) ? object(0) : schema(0));
		addUnion(all[4], all.slice(5, 5 + branches));
		if (chance(2))
			objects.forEach((key) => {
				components[key].properties[name()] =
				    refer(pick(known));
			});
	}

	addAll();
	return {components, known, pointer, refer, schema, object, scalar,
	    values, text,
	    flat: () => ({type: 'object',
		properties: members(1 + below(5), scalar)}),
	    files: () => ({type: 'object', properties: members(1 + below(5),
		() => one(scalar,
		    () => ({type: 'string', format: 'binary'}),
		    () => ({type: 'array', items: {type: 'integer'}}),
		    () => object(1)))})};
};
