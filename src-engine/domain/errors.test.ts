import { describe, expect, it } from 'vitest';
import { assert, describeProblem, UserError } from './errors.ts';

describe('problems', () => {
  it('are described in one line that names field, value and remedy', () => {
    const problem = {
      code: 'bad-port',
      field: 'port',
      value: '80x',
      message: 'is not a port number',
      remedy: 'Use a whole number from 0 to 65535.',
    };
    const line = 'port: "80x" is not a port number. Use a whole number from 0 to 65535.';
    expect(describeProblem(problem)).toBe(line);
    const error = new UserError(problem);
    expect([error.message, error.name, error.problem]).toEqual([line, 'UserError', problem]);
  });

  it('leave out what is not known, and stay one line whatever was typed', () => {
    expect(describeProblem({ code: 'x', message: 'is broken' })).toBe('is broken.');
    expect(describeProblem({ code: 'x', value: 'a\n  b', message: 'is broken' })).toBe('"a b" is broken.');
  });

  it('of our own making are not a problem of the user', () => {
    expect(() => assert(true, 'all is well')).not.toThrow();
    expect(() => assert(false, 'all is well')).toThrow('assertion failed: all is well');
  });
});
