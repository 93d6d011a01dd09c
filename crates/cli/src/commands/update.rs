//! `update`: the editor's desk for posts that may tell of a project.

use std::process::ExitCode;

use anyhow::{Result, bail};
use model::{Time, UpdateQuestionId};
use serde::Serialize;
use store::{AnswerState, Store, UpdateQuestion};

use super::{count, print_json, say_line};
use crate::settings::Settings;
use crate::wiring;

/// Say of posts that may tell of a project whether they do. Your answer lasts; what you reject is never asked again.
#[derive(clap::Subcommand)]
pub enum Command {
    /// List the questions, those that wait for you first
    List {
        /// How many at most
        #[arg(long, default_value_t = 50)]
        most: u32,
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all of one question
    Show {
        /// Its number
        number: UpdateQuestionId,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// The post tells of the project: it stands on its page from now on; “reject” takes it back
    Accept {
        /// The question's number
        number: UpdateQuestionId,
    },
    /// The post does not tell of the project; “accept” takes it back
    Reject {
        /// The question's number
        number: UpdateQuestionId,
    },
}

pub async fn run(settings: &Settings, command: &Command) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    match command {
        Command::List { most, json } => {
            let questions = store.update_questions(*most).await?;
            if *json {
                print_json(&questions.iter().map(Told::from).collect::<Vec<_>>())?;
            } else {
                for question in &questions {
                    say_line(in_a_line(question))?;
                }
                let waiting = store.waiting_update_questions().await?;
                say_line(format_args!("{} waiting.", count(waiting, "question", "questions")))?;
            }
        }
        Command::Show { number, json } => {
            let question = find(&store, *number).await?;
            if *json {
                print_json(&Told::from(&question))?
            } else {
                say_line(in_a_line(&question))?;
                let day = |time: Time| time.in_zone(&settings.zone).strftime("%-d %B %Y").to_string();
                say_line(format_args!("  because  {}", question.reason))?;
                say_line(format_args!(
                    "  project  {}/projects/{}",
                    settings.public_address().as_str().trim_end_matches('/'),
                    question.project_slug
                ))?;
                say_line(format_args!(
                    "  post     {}",
                    question.post_link.as_deref().unwrap_or("without an address of its own")
                ))?;
                say_line(format_args!("  asked    {}", day(question.asked)))?;
                if let Some(settled) = question.settled {
                    say_line(format_args!("  answered {}", day(settled)))?;
                }
            }
        }
        Command::Accept { number } => answer(&store, *number, true, clock.now()).await?,
        Command::Reject { number } => answer(&store, *number, false, clock.now()).await?,
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn answer(store: &Store, number: UpdateQuestionId, accept: bool, now: Time) -> Result<()> {
    let before = find(store, number).await?;
    if !store.answer_update_question(number, accept, now).await? {
        bail!("question {number} is answered so already: {}", stands(before.state));
    }
    say_line(in_a_line(&find(store, number).await?))
}

async fn find(store: &Store, number: UpdateQuestionId) -> Result<UpdateQuestion> {
    match store.update_question(number).await? {
        Some(question) => Ok(question),
        None => bail!("there is no question {number}; “watersmeet update list” shows them all"),
    }
}

/// "3. Does “Three weeks in” (Riverton Digital) tell of “Damp homes”? (waiting for you)".
fn in_a_line(question: &UpdateQuestion) -> String {
    let UpdateQuestion { id, post_title, source, project_title, state, .. } = question;
    let post = if post_title.is_empty() { "A post without a title" } else { post_title };
    format!("{id}. Does “{post}” ({source}) tell of “{project_title}”? ({})", stands(*state))
}

fn stands(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Waiting => "waiting for you",
        AnswerState::Accepted => "it does; “reject” takes it back",
        AnswerState::Rejected => "it does not; “accept” takes it back",
    }
}

/// A question for programs.
#[derive(Serialize)]
struct Told<'a> {
    number: UpdateQuestionId,
    project: &'a str,
    project_title: &'a str,
    post: i64,
    post_title: &'a str,
    post_link: Option<&'a str>,
    source: &'a str,
    reason: &'a str,
    state: &'static str,
    asked: Time,
    settled: Option<Time>,
}

impl<'a> From<&'a UpdateQuestion> for Told<'a> {
    fn from(question: &'a UpdateQuestion) -> Self {
        Self {
            number: question.id,
            project: &question.project_slug,
            project_title: &question.project_title,
            post: question.post.get(),
            post_title: &question.post_title,
            post_link: question.post_link.as_deref(),
            source: &question.source,
            reason: &question.reason,
            state: question.state.as_str(),
            asked: question.asked,
            settled: question.settled,
        }
    }
}
