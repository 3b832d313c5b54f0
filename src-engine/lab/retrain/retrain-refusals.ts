/** What a weekly training is refused for, in words. */
import { MAX_RETRAININGS, NEWEST } from '../../contract/retrain-operations.ts';
import { UserError } from '../../domain/errors.ts';

export function runsAlready(name: string): UserError {
  return new UserError({
    code: 'runs-already',
    field: 'name',
    value: name,
    message: 'is being trained',
    remedy: 'Wait, or cancel its job.',
  });
}

export function isUnread(name: string, waits: string): UserError {
  return new UserError({
    code: 'recordings-unread',
    field: 'name',
    value: name,
    message: `cannot be trained on the newest recording yet: ${waits}`,
    remedy: 'Try again in a minute, or name a file.',
  });
}

export function tooMany(name: string): UserError {
  return new UserError({
    code: 'too-many',
    field: 'name',
    value: name,
    message: `would be the ${MAX_RETRAININGS + 1}th model with a schedule, ${MAX_RETRAININGS} at most`,
    remedy: 'Remove one first.',
  });
}

export function forRecordingsAlone(): UserError {
  return new UserError({
    code: 'bad-file',
    field: 'file',
    value: NEWEST,
    message: 'is for recordings alone',
    remedy: 'Name the file of bars.',
  });
}

export function noSchedule(name: string): UserError {
  return new UserError({
    code: 'no-schedule',
    field: 'name',
    value: name,
    message: 'has no weekly training',
    remedy: 'Set one first: "retrain set NAME".',
  });
}
