import { Circle, CircleDot, Hourglass, type LucideIcon, TriangleAlert, Unplug } from 'lucide-react';
import type { FeedLight } from '../lib/feed-light.ts';

const ICONS: Readonly<Record<FeedLight['level'], LucideIcon>> = {
  fresh: CircleDot,
  quiet: Circle,
  stale: TriangleAlert,
  waiting: Hourglass,
  down: Unplug,
};

type StatusLightProps = {
  readonly level: FeedLight['level'];
  /** What it is a light of. */
  readonly name: string;
  readonly word: string;
  /** How old what it goes by is; empty: not worth saying. */
  readonly age: string;
  readonly label: string;
  readonly title?: string;
};

/** Whether something answers: a shape, a word and an age, in a list of lights. */
export function StatusLight({ level, name, word, age, label, title }: StatusLightProps) {
  const Icon = ICONS[level];
  return (
    <li className={`light light-${level}`} title={title} aria-label={label}>
      <Icon size={13} aria-hidden="true" />
      <span className="light-name">{name}</span>
      <span className="light-word">{word}</span>
      {age !== '' && <span className="num age">{age}</span>}
    </li>
  );
}
