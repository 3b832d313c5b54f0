/** A weekly training as it is typed: nothing of it holds before it is saved. Pure. */
import { NEWEST, type RetrainSettings } from '../../../src-engine/contract/retrain-operations.ts';

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

export type RetrainDraft = Partial<
  Readonly<Record<'at' | 'file' | 'market', string>> & Pick<RetrainSettings, 'weekday' | 'place'>
>;

/** What is set; of a model without a schedule what it would begin with. */
export type Schedule = Omit<RetrainSettings, 'name' | 'isOn'>;
export const NEW_SCHEDULE: Schedule = {
  weekday: 0,
  hour: 3,
  minute: 0,
  place: 'recordings',
  file: NEWEST,
  market: '',
};

export type TypedSchedule = {
  readonly schedule: Schedule;
  /** As it stands in its field. */
  readonly at: string;
  /** Empty: it can be saved so. */
  readonly atError: string;
  readonly fileError: string;
  readonly changes: readonly { readonly label: string; readonly from: string; readonly to: string }[];
};

export const timeText = ({ hour, minute }: Pick<Schedule, 'hour' | 'minute'>): string =>
  [hour, minute].map((value) => String(value).padStart(2, '0')).join(':');

export function typedSchedule(set: Schedule, draft: RetrainDraft): TypedSchedule {
  const at = draft.at ?? timeText(set);
  const [, hour, minute] = TIME.exec(at) ?? [];
  const schedule: Schedule = {
    weekday: draft.weekday ?? set.weekday,
    hour: Number(hour ?? set.hour),
    minute: Number(minute ?? set.minute),
    place: draft.place ?? set.place,
    file: (draft.file ?? set.file).trim(),
    market: (draft.market ?? set.market).trim(),
  };
  const rows = [
    ['Day', DAYS[set.weekday] ?? '', DAYS[schedule.weekday] ?? ''],
    ['Time', timeText(set), at],
    ['Folder', set.place, schedule.place],
    ['Learn from', set.file, schedule.file],
    ['Shadow on', set.market, schedule.market],
  ] as const;
  return {
    schedule,
    at,
    atError: hour === undefined ? 'must be a time such as 03:00' : '',
    fileError: fileErrorOf(schedule),
    changes: rows.flatMap(([label, from, to]) => (from === to ? [] : [{ label, from, to }])),
  };
}

function fileErrorOf({ place, file }: Schedule): string {
  if (file === '') return `names no file of the ${place}`;
  return place === 'imports' && file === NEWEST ? 'is of recordings alone: name a file of the imports' : '';
}

/** Another folder has other files: the one that was set comes back with its folder, and of imports one is to be named. */
export function withPlace(set: Schedule, draft: RetrainDraft, place: Schedule['place']): RetrainDraft {
  const file = place === set.place ? set.file : place === 'recordings' ? NEWEST : '';
  return { ...draft, place, file };
}
