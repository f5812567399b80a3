import { userRef } from '../accounts/users.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { actingOf } from '../graphql/context.ts'
import { connectionOf, pageArguments } from '../graphql/connection.ts'
import { findUsers } from '../organizations/members.usecases.ts'
import {
  archiveProject,
  createProject,
  listProjectMembers,
  listProjects,
  type Project,
  renameProject,
  setProjectMember,
} from './projects.usecases.ts'

export const projectRef = builder.objectRef<Project>('Project').implement({
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    slug: t.exposeString('slug', {
      nullable: false,
      description: 'Its part of a URL; a new name does not change it.',
    }),
    isDefault: t.exposeBoolean('isDefault', { nullable: false }),
    archivedAt: t.expose('archivedAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: false }),
    members: t.field({
      type: [userRef],
      nullable: false,
      resolve: async (project, _args, { dependencies, identity }) => {
        const ids = await listProjectMembers(dependencies, identity, project.id)
        const users = await findUsers(dependencies, identity, ids)
        return users.filter((user) => user !== null)
      },
    }),
  }),
})

const projectConnectionRef = connectionOf('Project', projectRef)

builder.queryFields((t) => ({
  projects: t.field({
    type: projectConnectionRef,
    nullable: false,
    description: 'Without archived: those in use. With archived null: all.',
    args: { ...pageArguments(), archived: t.arg.boolean({ defaultValue: false }) },
    extensions: { scope: 'identity:read' },
    resolve: (_root, args, { dependencies, identity }) => listProjects(dependencies, identity, args),
  }),
}))

const createProjectInput = builder.inputType('CreateProjectInput', {
  fields: (t) => ({ name: t.string({ required: true }) }),
})

builder.mutationFields((t) => ({
  createProject: t.field({
    type: projectRef,
    nullable: false,
    args: { input: t.arg({ type: createProjectInput, required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { input }, context) => createProject(context.dependencies, actingOf(context), input),
  }),
  renameProject: t.field({
    type: projectRef,
    nullable: false,
    args: { id: t.arg.id({ required: true }), name: t.arg.string({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, args, context) => renameProject(context.dependencies, actingOf(context), args),
  }),
  archiveProject: t.field({
    type: projectRef,
    nullable: false,
    args: {
      id: t.arg.id({ required: true }),
      archived: t.arg.boolean({ required: true, defaultValue: true }),
    },
    extensions: { scope: 'identity:write' },
    resolve: (_root, args, context) => archiveProject(context.dependencies, actingOf(context), args),
  }),
  addProjectMember: t.field({
    type: projectRef,
    nullable: false,
    args: { projectId: t.arg.id({ required: true }), userId: t.arg.id({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, args, context) =>
      setProjectMember(context.dependencies, actingOf(context), { ...args, member: true }),
  }),
  removeProjectMember: t.field({
    type: projectRef,
    nullable: false,
    args: { projectId: t.arg.id({ required: true }), userId: t.arg.id({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, args, context) =>
      setProjectMember(context.dependencies, actingOf(context), { ...args, member: false }),
  }),
}))
