import type { LogLine } from '../../../src-engine/contract/log-operations.ts';
import { formatFull } from '../../lib/time-text.ts';

/** Lines as a file has them: oldest first, UTC, one line each whatever is in it. */
export function logText(lines: readonly LogLine[]): string {
  return lines
    .toReversed()
    .map(({ atUs, level, room, text }) => {
      const time = `${formatFull(atUs, 'utc').replace(' ', 'T')}Z`;
      return `${time} ${level.padEnd(5)} ${room}: ${text.replaceAll(/[\r\n]+/g, ' ')}\n`;
    })
    .join('');
}
