/** `npm run api`: writes the kept OpenAPI document and the types of the TypeScript client from the tables of the contract. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../src-engine/gateway/openapi.ts';
import { clientTypes } from './api/client-types.ts';
import { breakingChanges } from './api/differences.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const KEPT_DOCUMENT = at('../resources/api/openapi.json');
export const CLIENT_TYPES = at('../clients/typescript/types.ts');

/** As it is compared and kept: the version of the program is no part of it. */
export function presentDocument(): Parameters<typeof clientTypes>[0] {
  return JSON.parse(JSON.stringify(openApiDocument('1'))) as Parameters<typeof clientTypes>[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const present = presentDocument();
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(KEPT_DOCUMENT, 'utf8'));
  } catch {
    kept = {};
  }
  for (const change of breakingChanges(kept, present)) process.stdout.write(`breaks clients: ${change}\n`);
  writeFileSync(KEPT_DOCUMENT, `${JSON.stringify(present)}\n`);
  writeFileSync(CLIENT_TYPES, clientTypes(present));
  process.stdout.write(`wrote ${KEPT_DOCUMENT} and ${CLIENT_TYPES}\n`);
}
