// Makes TypeScript of the contract, which is one file of JSON:
//
//	node app/contract.mjs CONTRACT.json >contract.ts
//
// The types of all that is sent either way, and of each state machine what may
// follow what.
import openapi, {astToString} from 'openapi-typescript';
import fs from 'fs';

const contract = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const machines = Object.fromEntries(Object.entries(contract.components.schemas)
    .map(([name, schema]) => [name, schema['x-state-machine']])
    .filter(([, machine]) => machine !== undefined));
const types = await openapi(contract, {
	rootTypes: true,
	rootTypesNoSchemaPrefix: true,
	defaultNonNullable: false,
});

console.log(`${astToString(types)}
export const machines = ${JSON.stringify(machines, null, '\t')} as const;`);
