/** What a client made for one OpenAPI document would miss in another: paths, answers and fields that are gone, and new demands. */
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * Breaking changes from the kept document to the present one, each as its place and what of it is different. What is new beside
 * the old breaks no client.
 */
export function breakingChanges(kept: unknown, present: unknown, place = ''): string[] {
  if (!isObject(kept)) return kept === present ? [] : [`${place}: was ${text(kept)}, is ${text(present)}`];
  if (!isObject(present)) return [`${place}: is gone`];
  if (Array.isArray(kept)) return listChanges(kept, present as unknown as readonly unknown[], place);
  return [
    ...newDemands(kept, present, place),
    ...Object.keys(kept).flatMap((name) => {
      const inner = `${place}/${name}`;
      if (WORDS.has(name) && typeof kept[name] === 'string') return [];
      if (!(name in present)) return [`${inner}: is gone`];
      return breakingChanges(kept[name], present[name], inner);
    }),
  ];
}

/** Texts for people, and the version of the program. */
const WORDS: ReadonlySet<string> = new Set(['summary', 'description', 'version', 'title']);

/** A field that must be sent from now on. In answers `required` may grow. */
function newDemands(kept: Json, present: Json, place: string): string[] {
  if (!/Input(\/|$)/.test(place) || !isObject(present['properties'])) return [];
  const before = new Set((kept['required'] ?? []) as readonly string[]);
  const now = (present['required'] ?? []) as readonly string[];
  return now.filter((name) => !before.has(name)).map((name) => `${place}/${name}: must be given now`);
}

/** Lists are sets of words, or alternatives: what was in one has to be in it still. */
function listChanges(kept: readonly unknown[], present: readonly unknown[], place: string): string[] {
  const now = new Set(present.map((one) => JSON.stringify(one)));
  return kept.flatMap((one, index) => {
    if (now.has(JSON.stringify(one))) return [];
    if (!isObject(one)) {
      // A demand that was dropped breaks no client.
      return /Input\/.*required$|Input\/required$/.test(place) ? [] : [`${place}: ${text(one)} is gone`];
    }
    return breakingChanges(one, present[index], `${place}/${index}`);
  });
}

const text = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
