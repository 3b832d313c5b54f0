/** What is wrong with a value, for the person who gave it: a schema's own sentences are for its author. */
import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a set of named values',
  record: 'a set of named values',
  tuple: 'a list',
  null: 'null',
};

/** What a bound counts. */
const UNITS: Readonly<Record<string, string>> = { string: ' character', array: ' item', set: ' item' };

/** `must be at most 100`; a message that a schema was given for people stays as it is. */
export function issueWords(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'has another shape';
  // Those of its own begin so.
  if (!/^(?:Invalid|Too|Unrecognized|Expected)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has names that are not known: ${issue.keys.join(', ')}`;
    case 'invalid_format':
      return `is not written as ${issue.format === 'regex' ? 'it must be' : issue.format}`;
    case 'invalid_key':
      return 'has a name that is not known';
    case 'invalid_union':
      return 'is none of the forms that it may have';
    case 'custom':
    case 'invalid_element':
      return issue.message;
  }
}

function bound(origin: string, words: string, limit: number | bigint): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${words} ${limit}`;
  return `must have ${words} ${limit}${unit}${Number(limit) === 1 ? '' : 's'}`;
}
