import type { LabelPolicy } from './organization.documents.ts'

/** What is asked of whoever moves a label. */
export interface LabelRule {
  label: string
  admins: boolean
  review: boolean
}

/** One row for each label that something is asked for, by name. */
export function rulesOf({ protectedLabels, reviewedLabels }: LabelPolicy): LabelRule[] {
  return [...new Set([...protectedLabels, ...reviewedLabels])].toSorted().map((label) => ({
    label,
    admins: protectedLabels.includes(label),
    review: reviewedLabels.includes(label),
  }))
}

export function policyOf(rules: readonly LabelRule[]): LabelPolicy {
  return {
    protectedLabels: rules.filter(({ admins }) => admins).map(({ label }) => label),
    reviewedLabels: rules.filter(({ review }) => review).map(({ label }) => label),
  }
}
