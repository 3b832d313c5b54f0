import { expect, it } from 'vitest';
import { BookUpdate } from '../../domain/market-data.ts';
import { FrameParser, jsonFrame } from './frame-parser.ts';
import { SymbolIndex } from './symbol-index.ts';

/** Converts what it was given, whatever that is. */
class Converting extends FrameParser<string> {
  protected override frame(text: string): string {
    return `${Number(jsonFrame(text)['n'])}`;
  }
}

it('a value that no conversion takes is a frame that cannot be read, never an exception', () => {
  const parser = new Converting(new SymbolIndex(), new BookUpdate(), []);
  expect(parser.parseText('{"n":"1e-05"}', 0)).toBe('0.00001');
  const trap = parser.parseText('{"n":{"valueOf":1,"toString":1}}', 0);
  expect(trap).toMatchObject({ kind: 'error', code: 'bad-layout', instrumentId: undefined });
});
