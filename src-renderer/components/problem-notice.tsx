import { X } from 'lucide-react';
import type { Problem } from '../../src-engine/domain/errors.ts';
import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';

type ProblemNoticeProps = {
  readonly title: string;
  readonly problem: Problem;
  readonly onDismiss?: () => void;
};

/** What went wrong, with its code, what to do about it, and a button that copies all of it. */
export function ProblemNotice({ title, problem, onDismiss }: ProblemNoticeProps) {
  const actions = (
    <>
      <CopyButton label="Copy problem" text={problemText(title, problem)} />
      {onDismiss !== undefined && (
        <button type="button" className="icon-button" aria-label="Dismiss problem" onClick={onDismiss}>
          <X size={14} aria-hidden="true" />
        </button>
      )}
    </>
  );
  return (
    <Notice tone="problem" title={title} actions={actions}>
      <p>
        {problem.field !== undefined && <span className="dim">{problem.field}: </span>}
        {problem.value !== undefined && <span className="num">“{problem.value}” </span>}
        {problem.message}
      </p>
      {problem.remedy !== undefined && (
        <p className="notice-remedy">
          <strong>What to do:</strong> {problem.remedy}
        </p>
      )}
      <p className="notice-code num">{problem.code}</p>
    </Notice>
  );
}

/** All of it as text, a line each, for a bug report. */
export function problemText(title: string, problem: Problem): string {
  const lines = [
    title,
    `code: ${problem.code}`,
    problem.field === undefined ? '' : `field: ${problem.field}`,
    problem.value === undefined ? '' : `value: ${problem.value}`,
    `message: ${problem.message}`,
    problem.remedy === undefined ? '' : `remedy: ${problem.remedy}`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}
