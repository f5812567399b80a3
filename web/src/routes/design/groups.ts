/** What the page shows, in its order; each name is that of an example. */
export const groups = [
  { name: 'Foundations', examples: ['Color', 'Type', 'Space and shape'] },
  { name: 'Actions', examples: ['Button', 'Copy button', 'Menu', 'Key hints'] },
  {
    name: 'Fields',
    examples: [
      'Field',
      'Select',
      'Combobox',
      'Checkbox and switch',
      'Radio cards',
      'Segmented',
      'Code editor',
    ],
  },
  { name: 'What floats', examples: ['Dialog', 'Popover', 'Tooltip', 'Hover card'] },
  { name: 'Lists', examples: ['Table', 'Filters', 'Pager', 'Tabs', 'Data list', 'Card', 'Badge'] },
  {
    name: 'What is going on',
    examples: ['Notice', 'Toast', 'Progress', 'Charts', 'Skeleton', 'Empty state', 'Error state'],
  },
  { name: 'Texts', examples: ['Code', 'Changes in prose', 'Changes in prompts'] },
] as const

/** The place on the page of a group or an example. */
export function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-')
}
