import { Info, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export type NoticeTone = 'info' | 'warn' | 'problem';

const ICONS: Readonly<Record<NoticeTone, LucideIcon>> = {
  info: Info,
  warn: TriangleAlert,
  problem: OctagonAlert,
};

type NoticeProps = {
  readonly tone: NoticeTone;
  readonly title: string;
  readonly children?: ReactNode;
  /** Buttons at its end. */
  readonly actions?: ReactNode;
};

/** A message in the place where it matters: for information, to check, or an error. */
export function Notice({ tone, title, children, actions }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div className={`notice notice-${tone}`} role={tone === 'problem' ? 'alert' : 'status'}>
      <Icon size={16} aria-hidden="true" className="notice-icon" />
      <div className="notice-text">
        <p className="notice-title">{title}</p>
        {children}
      </div>
      {actions !== undefined && <div className="notice-actions">{actions}</div>}
    </div>
  );
}
