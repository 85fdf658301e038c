//! Releases and their immutable versions.

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder,
};

use crate::domain::content::{Asset, AssetUse, Boilerplate, FORMAT, Text, Version, VersionKind};
use crate::domain::instant::Instant;
use crate::domain::release::{Approval, Release, Status};
use crate::store::entity::{
    approval, release, release_text, release_version, version_asset, version_boilerplate,
};
use crate::store::error::StoreError;
use crate::store::sql;

fn to_domain(row: release::Model) -> Result<Release, StoreError> {
    let status = Status::parse(&row.status).ok_or(StoreError::Row {
        table: "release",
        column: "status",
        id: row.id,
    })?;
    Ok(Release {
        id: row.id,
        slug: row.slug,
        public_id: row.public_id,
        status,
        material: row.material,
        current_version_id: row.current_version_id,
        created_at: Instant::from_millis(row.created_at),
        held_at: row.held_at.map(Instant::from_millis),
    })
}

pub async fn insert(
    connection: &impl ConnectionTrait,
    slug: &str,
    public_id: &str,
    material: bool,
    at: Instant,
) -> Result<i64, StoreError> {
    let row = release::ActiveModel {
        slug: Set(slug.to_owned()),
        public_id: Set(public_id.to_owned()),
        status: Set(Status::Draft.as_str().to_owned()),
        material: Set(material),
        created_at: Set(at.millis()),
        ..Default::default()
    };
    Ok(row.insert(connection).await?.id)
}

pub async fn by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Release>, StoreError> {
    let row = release::Entity::find()
        .filter(release::Column::Slug.eq(slug))
        .one(connection)
        .await?;
    row.map(to_domain).transpose()
}

pub async fn by_id(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<Release>, StoreError> {
    release::Entity::find_by_id(id)
        .one(connection)
        .await?
        .map(to_domain)
        .transpose()
}

/// All releases, newest first.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Release>, StoreError> {
    let rows = release::Entity::find()
        .order_by_desc(release::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// A kill is final: whoever was at work beside it cannot give the release another status.
pub async fn set_status(
    connection: &impl ConnectionTrait,
    id: i64,
    status: Status,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE release SET status = $1 WHERE id = $2 AND status <> 'killed'",
        vec![status.as_str().into(), id.into()],
    )
    .await?;
    Ok(())
}

/// Holds a release, or lets it go on.
pub async fn set_held(
    connection: &impl ConnectionTrait,
    id: i64,
    since: Option<Instant>,
) -> Result<(), StoreError> {
    let sql = "UPDATE release SET held_at = $1 WHERE id = $2";
    let values = vec![since.map(Instant::millis).into(), id.into()];
    sql::run(connection, sql, values).await?;
    Ok(())
}

pub async fn set_material(
    connection: &impl ConnectionTrait,
    id: i64,
    material: bool,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE release SET material = $1 WHERE id = $2",
        vec![material.into(), id.into()],
    )
    .await?;
    Ok(())
}

/// A version as stored: its content and who wrote it when.
#[derive(Clone, Debug)]
pub struct StoredVersion {
    pub id: i64,
    pub release_id: i64,
    pub number: i64,
    pub content_hash: String,
    pub by: String,
    pub at: Instant,
    pub content: Version,
}

/// A new version as it is written.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    pub release_id: i64,
    pub number: i64,
    pub content: &'a Version,
    /// Rows of `boilerplate_version`, in the order of `content.boilerplates`.
    pub boilerplate_ids: &'a [i64],
    pub by: &'a str,
    pub at: Instant,
}

/// Writes a version with its texts, pinned boilerplates and assets, and makes it the current one.
pub async fn insert_version(
    connection: &impl ConnectionTrait,
    new: &NewVersion<'_>,
) -> Result<i64, StoreError> {
    let content = new.content;
    let row = release_version::ActiveModel {
        release_id: Set(new.release_id),
        number: Set(new.number),
        kind: Set(content.kind.as_str().to_owned()),
        note: Set(content.note.clone()),
        content_format: Set(FORMAT),
        content_hash: Set(content.hash()),
        by: Set(new.by.to_owned()),
        at: Set(new.at.millis()),
        ..Default::default()
    };
    let version_id = row.insert(connection).await?.id;
    for text in &content.texts {
        let row = release_text::ActiveModel {
            version_id: Set(version_id),
            language: Set(text.language.clone()),
            is_original: Set(text.is_original),
            content: Set(text.canonical_json()),
            headline: Set(text.headline.clone()),
        };
        row.insert(connection).await?;
    }
    for (boilerplate, id) in content.boilerplates.iter().zip(new.boilerplate_ids) {
        let row = version_boilerplate::ActiveModel {
            version_id: Set(version_id),
            language: Set(boilerplate.language.clone()),
            position: Set(boilerplate.position),
            boilerplate_version_id: Set(*id),
            title: Set(boilerplate.title.clone()),
        };
        row.insert(connection).await?;
    }
    for asset in &content.assets {
        let row = version_asset::ActiveModel {
            version_id: Set(version_id),
            position: Set(asset.position),
            blob_sha256: Set(asset.sha256.clone()),
            file_name: Set(asset.file_name.clone()),
            alt: Set(asset.alt.clone().unwrap_or_default()),
            caption: Set(asset.caption.clone().unwrap_or_default()),
            credit: Set(asset.credit.clone().unwrap_or_default()),
            rights: Set(asset.rights.clone().unwrap_or_default()),
            usage: Set(asset.use_.as_str().to_owned()),
        };
        row.insert(connection).await?;
    }
    let values = vec![version_id.into(), new.release_id.into()];
    sql::run(
        connection,
        "UPDATE release SET current_version_id = $1 WHERE id = $2",
        values,
    )
    .await?;
    Ok(version_id)
}

#[derive(FromQueryResult)]
struct PinnedRow {
    language: String,
    position: i64,
    slug: String,
    title: String,
    number: i64,
    body: String,
    hash: String,
}

#[derive(FromQueryResult)]
struct AssetRow {
    position: i64,
    sha256: String,
    file_name: String,
    media_type: String,
    size: i64,
    alt: String,
    caption: String,
    credit: String,
    rights: String,
    usage: String,
}

/// Reads a version whole. None: no such version.
pub async fn version(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<StoredVersion>, StoreError> {
    let Some(row) = release_version::Entity::find_by_id(id)
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let broken = |table, column| StoreError::Row { table, column, id };
    let kind = VersionKind::parse(&row.kind).ok_or(broken("release_version", "kind"))?;
    let texts = release_text::Entity::find()
        .filter(release_text::Column::VersionId.eq(id))
        // Whoever looks at them wants the original first.
        .order_by_desc(release_text::Column::IsOriginal)
        .order_by_asc(release_text::Column::Language)
        .all(connection)
        .await?
        .iter()
        .map(|text| Text::from_json(&text.content).map_err(|_| broken("release_text", "content")))
        .collect::<Result<Vec<_>, _>>()?;
    let pinned = "SELECT p.language, p.position, b.slug, p.title, v.number, v.body, v.hash FROM version_boilerplate p \
                  JOIN boilerplate_version v ON v.id = p.boilerplate_version_id JOIN boilerplate b ON b.id = v.boilerplate_id \
                  WHERE p.version_id = $1 ORDER BY p.language, p.position";
    let boilerplates = sql::all::<PinnedRow>(connection, pinned, vec![id.into()])
        .await?
        .into_iter()
        .map(|row| Boilerplate {
            language: row.language,
            position: row.position,
            slug: row.slug,
            title: row.title,
            number: row.number,
            body: row.body,
            hash: row.hash,
        })
        .collect();
    let assets = assets(connection, id).await?;
    Ok(Some(StoredVersion {
        id,
        release_id: row.release_id,
        number: row.number,
        content_hash: row.content_hash,
        by: row.by,
        at: Instant::from_millis(row.at),
        content: Version {
            kind,
            note: row.note,
            texts,
            boilerplates,
            assets,
        },
    }))
}

async fn assets(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Vec<Asset>, StoreError> {
    let sql = "SELECT a.position, b.sha256, a.file_name, b.media_type, b.size, a.alt, a.caption, a.credit, a.rights, a.usage \
               FROM version_asset a JOIN blob b ON b.sha256 = a.blob_sha256 WHERE a.version_id = $1 ORDER BY a.position";
    let optional = |text: String| (!text.is_empty()).then_some(text);
    sql::all::<AssetRow>(connection, sql, vec![version_id.into()])
        .await?
        .into_iter()
        .map(|row| {
            let broken = StoreError::Row {
                table: "version_asset",
                column: "usage",
                id: version_id,
            };
            Ok(Asset {
                position: row.position,
                sha256: row.sha256,
                file_name: row.file_name,
                media_type: row.media_type,
                size: u64::try_from(row.size).unwrap_or(0),
                alt: optional(row.alt),
                caption: optional(row.caption),
                credit: optional(row.credit),
                rights: optional(row.rights),
                use_: AssetUse::parse(&row.usage).ok_or(broken)?,
            })
        })
        .collect()
}

/// A line about a version, without its content.
#[derive(Clone, Debug, FromQueryResult)]
pub struct VersionLine {
    pub id: i64,
    pub number: i64,
    pub kind: String,
    pub content_hash: String,
    pub by: String,
    pub at: i64,
}

pub async fn versions(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<VersionLine>, StoreError> {
    let sql = "SELECT id, number, kind, content_hash, by, at FROM release_version WHERE release_id = $1 ORDER BY number";
    sql::all(connection, sql, vec![release_id.into()]).await
}

#[derive(FromQueryResult)]
struct Headline {
    headline: String,
}

/// The headline of the current version's original.
pub async fn headline(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<String, StoreError> {
    let sql = "SELECT t.headline FROM release r JOIN release_text t ON t.version_id = r.current_version_id \
               WHERE r.id = $1 ORDER BY t.is_original DESC LIMIT 1";
    Ok(
        sql::one::<Headline>(connection, sql, vec![release_id.into()])
            .await?
            .map(|row| row.headline)
            .unwrap_or_default(),
    )
}

/// Writes an approval of a version's content under the embargo of `embargo_seq`.
pub async fn approve(
    connection: &impl ConnectionTrait,
    version: &StoredVersion,
    embargo_seq: i64,
    by: &str,
    at: Instant,
    comment: Option<String>,
) -> Result<i64, StoreError> {
    let row = approval::ActiveModel {
        version_id: Set(version.id),
        content_hash: Set(version.content_hash.clone()),
        embargo_seq: Set(embargo_seq),
        by: Set(by.to_owned()),
        at: Set(at.millis()),
        comment: Set(comment),
        ..Default::default()
    };
    Ok(row.insert(connection).await?.id)
}

/// The approvals of a version, also those that were taken back.
pub async fn approvals(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Vec<Approval>, StoreError> {
    let rows = approval::Entity::find()
        .filter(approval::Column::VersionId.eq(version_id))
        .order_by_asc(approval::Column::Id)
        .all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Approval {
            content_hash: row.content_hash,
            embargo_seq: row.embargo_seq,
            by: row.by,
            at: Instant::from_millis(row.at),
            comment: row.comment,
            revoked: row.revoked_at.map(|at| {
                (
                    Instant::from_millis(at),
                    row.revoked_why.unwrap_or_default(),
                )
            }),
        })
        .collect())
}

/// Takes back every approval of a release; how many there were.
pub async fn revoke_approvals(
    connection: &impl ConnectionTrait,
    release_id: i64,
    at: Instant,
    why: &str,
) -> Result<u64, StoreError> {
    let update = "UPDATE approval SET revoked_at = $2, revoked_why = $3 WHERE revoked_at IS NULL \
                  AND version_id IN (SELECT id FROM release_version WHERE release_id = $1)";
    let values = vec![release_id.into(), at.millis().into(), why.into()];
    sql::run(connection, update, values).await
}
