/** The types of the TypeScript client, written from an OpenAPI document. */
type Json = Readonly<Record<string, unknown>>;
type Document = {
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
  readonly paths: Readonly<Record<string, Json>>;
};

const HEAD = `// Written by \`npm run api\` from resources/api/openapi.json. Do not edit.\n`;

/** The text of \`types.ts\`. */
export function clientTypes(document: Document): string {
  const { schemas } = document.components;
  const types = Object.entries(schemas).map(
    ([name, schema]) => `export type ${capital(name)} = ${typeOf(schema)};`,
  );
  const operations = Object.keys(document.paths).flatMap((path) => {
    const name = /^\/api\/v1\/operations\/(\w+)$/.exec(path)?.[1];
    return name === undefined
      ? []
      : [`  ${name}: { input: ${capital(name)}Input; output: ${capital(name)}Output };`];
  });
  const resources = Object.entries(document.paths).flatMap(([path, methods]) => {
    const name = /^\/api\/v1\/([a-z-]+)$/.exec(path)?.[1];
    const get = methods['get'] as Json | undefined;
    if (name === undefined || name === 'events' || get === undefined) return [];
    const parameters = (get['parameters'] as readonly Json[]).filter((one) => one['in'] === 'query');
    const query = parameters.map((one) => `${String(one['name'])}?: ${typeOf(one['schema'])}`).join('; ');
    return [`  '${name}': { query: { ${query} }; output: ${typeOf(bodyOf(get))} };`];
  });
  return [
    HEAD,
    ...types,
    '',
    'export type Operations = {',
    ...operations,
    '};',
    '',
    'export type Resources = {',
    ...resources,
    '};',
    '',
  ].join('\n');
}

function bodyOf(get: Json): unknown {
  const responses = get['responses'] as Readonly<Record<string, Json>>;
  const content = responses['200']?.['content'] as Readonly<Record<string, Json>> | undefined;
  return content?.['application/json']?.['schema'];
}

const capital = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

/** A JSON schema as a type of TypeScript; what it cannot say is wider, never narrower. */
export function typeOf(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'unknown';
  const one = schema as Json;
  if (typeof one['$ref'] === 'string') {
    const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(one['$ref']) ?? [];
    return name === undefined ? 'unknown' : capital(name);
  }
  if ('const' in one) return JSON.stringify(one['const']);
  if (Array.isArray(one['enum'])) return one['enum'].map((value) => JSON.stringify(value)).join(' | ');
  for (const [key, joint] of [
    ['anyOf', ' | '],
    ['oneOf', ' | '],
    ['allOf', ' & '],
  ] as const) {
    if (Array.isArray(one[key])) return one[key].map((each) => `(${typeOf(each)})`).join(joint);
  }
  const { type } = one;
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...one, type: each as unknown })).join(' | ');
  switch (type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayOf(one);
    case 'object':
      return objectOf(one);
    default:
      return 'unknown';
  }
}

function arrayOf({ prefixItems, items }: Json): string {
  if (Array.isArray(prefixItems)) return `[${prefixItems.map(typeOf).join(', ')}]`;
  return `Array<${typeOf(items)}>`;
}

function objectOf(schema: Json): string {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, unknown>>;
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  const fields = Object.entries(properties).map(([name, value]) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${key}${required.has(name) ? '' : '?'}: ${typeOf(value)}`;
  });
  const { additionalProperties: more } = schema;
  if (fields.length === 0)
    return typeof more === 'object' ? `Record<string, ${typeOf(more)}>` : 'Record<string, unknown>';
  return `{ ${fields.join('; ')} }`;
}
