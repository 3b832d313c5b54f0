import {
  Ban,
  CircleCheck,
  CircleDot,
  CircleSlash,
  CircleX,
  Clock,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { Tone } from '../lib/words.ts';

const ICONS: Readonly<Record<Tone, LucideIcon>> = {
  good: CircleCheck,
  bad: CircleX,
  warn: TriangleAlert,
  info: CircleDot,
  quiet: CircleSlash,
};

/** A state in a word and a shape; the colour only repeats it. */
export function Word({
  tone,
  label,
  explain,
  icon,
}: {
  readonly tone: Tone;
  readonly label: string;
  readonly explain?: string;
  readonly icon?: 'ban' | 'clock';
}) {
  const Icon = icon === 'ban' ? Ban : icon === 'clock' ? Clock : ICONS[tone];
  return (
    <span className={`word tone-${tone}`} title={explain}>
      <Icon size={12} aria-hidden="true" />
      <span>{label}</span>
    </span>
  );
}
