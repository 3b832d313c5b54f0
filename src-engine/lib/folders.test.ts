import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './folders.ts';

describe('a folder', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'folders-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is made with all above it for this user alone, and left alone when it is there', () => {
    const deep = join(root, 'a', 'b', 'c');
    makeFolder(deep);
    writeFileSync(join(deep, 'kept'), 'x');
    makeFolder(deep);
    expect(statSync(join(deep, 'kept')).size).toBe(1);
    for (const folder of [join(root, 'a'), join(root, 'a', 'b'), deep]) {
      expect(statSync(folder).isDirectory()).toBe(true);
      if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  it('does not take the place of a file, nor go below one', () => {
    const file = join(root, 'file');
    writeFileSync(file, 'x');
    expect(() => makeFolder(file)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => makeFolder(join(file, 'below'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });
});
