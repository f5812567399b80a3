import { describe, expect, test } from 'bun:test'
import { isAdmin, mayWrite, roleName, roleSentence, rolesToGive, type Role } from './roles.ts'

describe('roles', () => {
  test('only an owner makes owners', () => {
    expect(rolesToGive('owner')).toEqual(['owner', 'admin', 'member', 'viewer'])
    expect(rolesToGive('admin')).toEqual(['admin', 'member', 'viewer'])
  })

  test('are told as sentences', () => {
    expect(roleSentence('admin')).toStartWith('An admin manages members')
    expect(roleSentence('viewer')).toStartWith('A viewer reads')
    expect(roleSentence(undefined)).toBe('')
  })

  test.each([
    ['owner', 'Owner', true, true],
    ['admin', 'Admin', true, true],
    ['member', 'Member', false, true],
    ['viewer', 'Viewer', false, false],
  ] as [Role, string, boolean, boolean][])('%s is %s', (role, name, admin, writes) => {
    expect(roleName(role)).toBe(name)
    expect(isAdmin(role)).toBe(admin)
    expect(mayWrite(role)).toBe(writes)
  })
})
