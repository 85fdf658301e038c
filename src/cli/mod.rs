//! Words in, words out at the terminal: a folder per noun, a file per verb.

pub mod address;
pub mod agreement;
pub mod boilerplate;
pub mod bounce;
pub mod completions;
pub mod config;
pub mod contact;
pub mod context;
pub mod db;
pub mod demo;
pub mod doctor;
mod dry_run;
pub mod embargo;
mod facts;
pub mod global;
pub mod inbound;
pub mod init;
pub mod log;
pub mod man;
pub mod media_list;
pub mod memory;
pub mod optout;
pub mod organization;
pub mod outlet;
pub mod output;
pub mod presscontact;
mod progress;
pub mod release;
pub mod run;
pub mod serve;
pub mod service;
mod signal;
pub mod sink;
pub mod start;
pub mod status;
pub mod stop;
pub mod template;
mod usage;
pub mod when;
mod words;
pub mod world;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::context::Context;
use crate::cli::global::Global;
use crate::cli::world::World;
use crate::desk::problem::{Exit, Problem};

/// The press office in one binary: contacts, releases, embargoes, and mail that is never early
#[derive(Parser, Debug)]
#[command(
    name = "dateline",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  dateline demo       see it work; sends nothing outside
  dateline init       set up your newsroom
  dateline            how things stand, and what to type next
  dateline release schedule --help"
)]
pub struct Dateline {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// One variant per noun or plain verb; its file knows the rest.
#[derive(Subcommand, Debug)]
pub enum Verb {
    Init(init::Init),
    Status(status::Status),
    Stop(stop::Stop),
    Start(start::Start),
    Demo(demo::Demo),
    Doctor(doctor::Doctor),
    Run(run::Run),
    Serve(serve::Serve),
    Sink(sink::SinkVerb),
    When(when::When),
    #[command(subcommand, visible_alias = "contacts")]
    Contact(contact::Verb),
    #[command(subcommand, visible_alias = "lists")]
    List(media_list::Verb),
    #[command(subcommand, visible_alias = "outlets")]
    Outlet(outlet::Verb),
    #[command(subcommand)]
    Optout(optout::Verb),
    #[command(subcommand)]
    Organization(organization::Verb),
    #[command(subcommand)]
    Boilerplate(boilerplate::Verb),
    #[command(subcommand)]
    Presscontact(presscontact::Verb),
    #[command(subcommand)]
    Release(release::Verb),
    #[command(subcommand, visible_alias = "bounces")]
    Bounce(bounce::Verb),
    Inbound(inbound::Inbound),
    #[command(subcommand)]
    Template(template::Verb),
    #[command(subcommand)]
    Log(log::Verb),
    #[command(subcommand)]
    Agreement(agreement::Verb),
    #[command(subcommand)]
    Embargo(embargo::Verb),
    #[command(subcommand)]
    Db(db::Verb),
    #[command(subcommand)]
    Service(service::Verb),
    #[command(subcommand)]
    Address(address::Verb),
    #[command(subcommand)]
    Config(config::Verb),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Verb {
    async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Init(verb) => verb.run(context).await,
            Self::Status(verb) => verb.run(context).await,
            Self::Stop(verb) => verb.run(context).await,
            Self::Start(verb) => verb.run(context).await,
            Self::Demo(verb) => Box::pin(verb.run(context)).await,
            Self::Doctor(verb) => Box::pin(verb.run(context)).await,
            Self::Run(verb) => Box::pin(verb.run(context)).await,
            Self::Serve(verb) => verb.run(context).await,
            Self::Sink(verb) => verb.run(context).await,
            Self::Contact(verb) => verb.run(context).await,
            Self::List(verb) => verb.run(context).await,
            Self::Outlet(verb) => verb.run(context).await,
            Self::Optout(verb) => verb.run(context).await,
            Self::Organization(verb) => verb.run(context).await,
            Self::Boilerplate(verb) => verb.run(context).await,
            Self::Presscontact(verb) => verb.run(context).await,
            Self::When(verb) => verb.run(context),
            Self::Release(verb) => verb.run(context).await,
            Self::Bounce(verb) => verb.run(context).await,
            Self::Inbound(verb) => verb.run(context).await,
            Self::Template(verb) => verb.run(context),
            Self::Log(verb) => verb.run(context).await,
            Self::Agreement(verb) => verb.run(context).await,
            Self::Embargo(verb) => verb.run(context).await,
            Self::Db(verb) => verb.run(context).await,
            Self::Service(verb) => verb.run(context),
            Self::Address(verb) => verb.run(context),
            Self::Config(verb) => verb.run(context),
            Self::Completions(verb) => verb.run(context),
            Self::Man(verb) => verb.run(context),
        }
    }
}

/// Reads the words, does what they say, and gives the exit code.
pub async fn run(args: Vec<OsString>, world: World) -> u8 {
    let global = Global::at_a_glance(&args);
    let parsed = Dateline::command()
        .try_get_matches_from(&args)
        .and_then(|matches| Dateline::from_arg_matches(&matches));
    let words = match parsed {
        Ok(words) => words,
        Err(error) => return usage::explain(&error, world, &global, &args),
    };
    signal::outlive_file_limit();
    let mut context = Context::new(world, words.global);
    let result = match words.verb {
        Some(verb) => Box::pin(verb.run(&mut context)).await,
        None => greet(&mut context).await,
    };
    let exit = result.unwrap_or_else(|problem| {
        let problem = context.placed(problem);
        context.output.problem(&problem);
        problem.exit
    });
    context.output.finish(exit) as u8
}

/// The bare command: where things stand, and the next step.
async fn greet(context: &mut Context) -> Result<Exit, Problem> {
    if context.config_if_any()?.is_some() {
        return status::Status::default().run(context).await;
    }
    context.output.line("No newsroom here yet. Try one of:");
    context
        .output
        .line("  dateline demo (a minute, sends nothing outside)    dateline init (sets yours up)");
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Dateline::command().debug_assert();
    }
}
