"""Programs that use TypeScript clients, bundled and minified as an app's are."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.bench.process import PROJECT
from tests.node_tools import environment, program

SOURCES = {
    "@aloha/sdk": PROJECT / "generated/aloha/typescript/src/index.ts",
    "@aloha/sdk/webhooks": PROJECT / "generated/aloha/typescript/src/webhooks.ts",
    "@leadiosa/sdk": PROJECT / "generated/leadiosa/typescript/src/index.ts",
    "@leadiosa/sdk/webhooks": PROJECT / "generated/leadiosa/typescript/src/webhooks.ts",
}

OWN = {
    "all of Aloha": 'export { Aloha } from "@aloha/sdk";',
    "all of Leadiosa": 'export { Leadiosa } from "@leadiosa/sdk";',
    "verifies a webhook, Aloha": 'export { verifySignature } from "@aloha/sdk/webhooks";',
    "verifies a webhook, Leadiosa": 'export { verifySignature } from "@leadiosa/sdk/webhooks";',
    "verifies one and checks its event, Aloha": (
        'export { verifyWebhook } from "@aloha/sdk/webhooks";'
    ),
    "verifies one and checks its event, Leadiosa": (
        'export { verifyWebhook } from "@leadiosa/sdk/webhooks";'
    ),
}

GOALS = {
    "all of Aloha": 8_000,
    "all of Leadiosa": 14_000,
    "verifies a webhook, Aloha": 1_000,
    "verifies a webhook, Leadiosa": 1_000,
}
"""How many bytes each of these may have, gzipped."""

ALOHA = {
    "ours": """
        import { Aloha } from "@aloha/sdk";
        const client = new Aloha({ apiKey: "k" });
        for await (const { id } of client.posts.list()) console.log(id);
        await client.posts.create({ content: "a monday note.", channels: ["linkedin"] });
    """,
    "hey-api": """
        import { createPost, listPosts } from "hey-aloha";
        import { client } from "hey-aloha/client.gen";
        client.setConfig({ auth: "k" });
        const { data } = await listPosts({ throwOnError: true });
        for (const { id } of data.data) console.log(id);
        await createPost({ body: { content: "a monday note.", channels: ["linkedin"] } });
    """,
    "redocly": """
        import { client } from "redocly-aloha";
        client.configure({ auth: { bearer: "k" } });
        const { data } = await client.listPosts();
        for (const { id } of data) console.log(id);
        await client.createPost({ body: { content: "a monday note.", channels: ["linkedin"] } });
    """,
}
"""Lists posts and creates one: all of ours walks every page, the others give the first."""

LEADIOSA = {
    "ours": """
        import { Leadiosa } from "@leadiosa/sdk";
        const client = new Leadiosa({ token: "k" });
        for await (const { id } of client.contacts.list()) console.log(id);
    """,
    "hey-api": """
        import { listContacts } from "hey-leadiosa";
        import { client } from "hey-leadiosa/client.gen";
        client.setConfig({ auth: "k" });
        const { data } = await listContacts({ throwOnError: true });
        for (const { id } of data.data) console.log(id);
    """,
    "redocly": """
        import { client } from "redocly-leadiosa";
        client.configure({ auth: { bearer: "k" } });
        const { data } = await client.listContacts();
        for (const { id } of data) console.log(id);
    """,
}
"""Lists contacts."""

CALLS = {
    "bare": """
        export const made = (url) => async () => {
          const headers = { accept: "application/json", authorization: "Bearer alo_test_x" };
          const answer = await fetch(`${url}/v1/posts?limit=50`, { headers });
          return JSON.parse(await answer.text()).data[49].id;
        };
    """,
    "bare, and dates": """
        export const made = (url) => async () => {
          const headers = { accept: "application/json", authorization: "Bearer alo_test_x" };
          const answer = await fetch(`${url}/v1/posts?limit=50`, { headers });
          const { data } = JSON.parse(await answer.text());
          for (const post of data) {
            post.scheduledAt = post.scheduledAt && new Date(post.scheduledAt);
            post.createdAt = new Date(post.createdAt);
            for (const each of post.channels) {
              if (each.publishedAt) each.publishedAt = new Date(each.publishedAt);
            }
          }
          return data[49].id;
        };
    """,
    "bare, a timeout, and dates": """
        export const made = (url) => async () => {
          const headers = { accept: "application/json", authorization: "Bearer alo_test_x" };
          const hangUp = new AbortController();
          const timer = setTimeout(() => hangUp.abort(), 60_000);
          const { signal } = hangUp;
          try {
            const answer = await fetch(`${url}/v1/posts?limit=50`, { headers, signal });
            const { data } = JSON.parse(await answer.text());
            for (const post of data) {
              post.scheduledAt = post.scheduledAt && new Date(post.scheduledAt);
              post.createdAt = new Date(post.createdAt);
              for (const each of post.channels) {
                if (each.publishedAt) each.publishedAt = new Date(each.publishedAt);
              }
            }
            return data[49].id;
          } finally {
            clearTimeout(timer);
          }
        };
    """,
    "ours": """
        import { Aloha } from "@aloha/sdk";
        export const made = (baseURL) => {
          const { posts } = new Aloha({ baseURL, apiKey: "alo_test_x" });
          return async () => (await posts.list({ limit: 50 }).firstPage()).items[49].id;
        };
    """,
    "hey-api": """
        import { listPosts } from "hey-aloha";
        import { client } from "hey-aloha/client.gen";
        export const made = (baseUrl) => {
          client.setConfig({ baseUrl, auth: "alo_test_x" });
          const asked = { query: { limit: 50 }, throwOnError: true };
          return async () => (await listPosts(asked)).data.data[49].id;
        };
    """,
    "redocly": """
        import { client } from "redocly-aloha";
        export const made = (serverUrl) => {
          client.configure({ serverUrl, auth: { bearer: "alo_test_x" } });
          return async () => (await client.listPosts({ query: { limit: 50 } })).data[49].id;
        };
    """,
}
"""Modules that make a function, which asks for a page of 50 rows at an address.

Ours checks every row, and makes the 150 dates of a page; the bare ones after the first make them
unchecked, and the last of these hangs up in time: less cannot do what ours does.
"""


def bundled(code: str, target: Path, peers: Mapping[str, Path]) -> Path:
    """The program, and all that it imports, in one minified file."""
    aliases = [f"--alias:{name}={path}" for name, path in {**SOURCES, **peers}.items()]
    options = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=error")
    command = program("esbuild/bin/esbuild", *options, *aliases, f"--outfile={target}")
    subprocess.run(  # noqa: S603  our own program
        command, input=code, text=True, check=True, env=environment(), cwd=PROJECT
    )
    return target


def size(bundle: Path) -> tuple[int, int]:
    """How many bytes a bundle has, and how many of them gzip leaves."""
    content = bundle.read_bytes()
    return len(content), len(gzip.compress(content, 9, mtime=0))
