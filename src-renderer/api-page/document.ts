/** The OpenAPI document as the page shows it: one entry for each path, with what it takes and gives in short words. Pure. */

type Json = Readonly<Record<string, unknown>>;

export type Entry = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** `limit: integer 1 to 200`, of the address or the body. */
  readonly takes: readonly string[];
  readonly gives: string;
  /** A command line that asks for it. */
  readonly example: string;
};

export type ApiDocument = {
  readonly info: { readonly version: string; readonly description?: string };
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
};

/** Resources first, then operations; the older form of the operations is left out. */
export function entriesOf(document: ApiDocument, origin: string): Entry[] {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): Entry => {
        const takes = method === 'post' ? bodyFields(document, operation) : parametersOf(document, operation);
        return {
          id: String(operation['operationId']),
          method: method.toUpperCase(),
          path,
          summary: textOf(operation['summary']),
          description: textOf(operation['description']),
          takes,
          gives: givesOf(document, operation),
          example: exampleOf(method, `${origin}${path}`),
        };
      }),
    );
}

/** Those that have every word of the search in their path or summary; those that have it in the path come first. */
export function found(entries: readonly Entry[], search: string): Entry[] {
  const words = search.toLowerCase().split(/\s+/);
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const fitting = entries.filter(({ path, summary }) => has(`${path} ${summary}`));
  return [...fitting.filter(({ path }) => has(path)), ...fitting.filter(({ path }) => !has(path))];
}

function exampleOf(method: string, url: string): string {
  const key = `-H "Authorization: Bearer $KEY"`;
  return method === 'get'
    ? `curl -s ${url} ${key}`
    : `curl -s -X POST ${url} ${key} -H 'content-type: application/json' -d '{}'`;
}

function parametersOf(document: ApiDocument, operation: Json): string[] {
  const parameters = (operation['parameters'] ?? []) as readonly Json[];
  return parameters.map((one) => {
    const where = one['in'] === 'header' ? ' (header)' : '';
    return `${String(one['name'])}${where}: ${wordsOf(document, one['schema'])}`;
  });
}

function bodyFields(document: ApiDocument, operation: Json): string[] {
  const schema = resolved(document, contentOf(operation['requestBody']));
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  return Object.entries((schema['properties'] ?? {}) as Json).map(
    ([name, field]) => `${name}${required.has(name) ? '' : '?'}: ${wordsOf(document, field)}`,
  );
}

function givesOf(document: ApiDocument, operation: Json): string {
  const schema = contentOf((operation['responses'] as Json)['200']);
  if (schema === undefined) return 'text/event-stream';
  const parts = ((schema as Json)['allOf'] ?? [schema]) as readonly unknown[];
  const names = parts.flatMap((part) => Object.keys((resolved(document, part)['properties'] ?? {}) as Json));
  return names.join(', ');
}

function contentOf(holder: unknown): unknown {
  const content = (holder as Json | undefined)?.['content'] as Json | undefined;
  return (content?.['application/json'] as Json | undefined)?.['schema'];
}

function resolved({ components }: ApiDocument, schema: unknown): Json {
  const one = (schema ?? {}) as Json;
  const name = /^#\/components\/schemas\/(\w+)$/.exec(textOf(one['$ref']))?.[1];
  return name === undefined ? one : (components.schemas[name] ?? {});
}

const MAX_CHOICES = 12;

function wordsOf(document: ApiDocument, schema: unknown): string {
  const one = resolved(document, schema);
  const choices = one['enum'] as readonly unknown[] | undefined;
  if (choices !== undefined) {
    const more = choices.length > MAX_CHOICES ? ', …' : '';
    return `one of ${choices.slice(0, MAX_CHOICES).map(String).join(', ')}${more}`;
  }
  if ('const' in one) return JSON.stringify(one['const']);
  const { type = 'any', minimum, maximum, default: usual } = one;
  const range =
    typeof minimum === 'number' && typeof maximum === 'number' && Math.abs(maximum) < 1e12
      ? ` ${minimum} to ${maximum}`
      : '';
  const given = usual === undefined ? '' : `, ${JSON.stringify(usual)} when left out`;
  return `${[type].flat().join(' or ')}${range}${given}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
